"""What each number means: metrics are declared in `catalog`, asked with `query`, turned into SQL by `statement`, run by `run`."""
