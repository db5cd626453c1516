"""What people decide: the relational ledger (accounts, decisions, assessments) comes here."""
