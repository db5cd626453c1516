"""Stores, schema and derivation: the one door to each engine, and everything derived from the event log."""
