"""What is checked. `make test` runs it all; `make test-long` the long variants too."""
