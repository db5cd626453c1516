"""One file, one system: each module here defines `connector`."""
