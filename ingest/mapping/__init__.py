"""Any export, described by a short TOML file: what a row is, where its instants and fields are, how its stamps are to be read."""
