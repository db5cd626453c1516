"""Arrival: what comes in is checked, sealed, judged against what is known, and stored or quarantined."""
