"""Benchmarks: ratios measured in one run, never timed tests. `make bench` runs them and writes the table to BENCHMARKS.md."""
