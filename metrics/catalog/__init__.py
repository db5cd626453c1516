"""Every metric, one family per file: data only. The name of the variable is the metric's id."""
