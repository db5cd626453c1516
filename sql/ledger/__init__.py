"""What people decide: the relational ledger (accounts, audit, decisions, assessments), in SQLite or PostgreSQL.

`door.py` opens it, `model.py` holds what every table shares, each subject has a module of its own (`account.py`, …) and its migration
in `migrations/versions`, numbered in order. A test holds the tables against the migrations, on both databases.
"""
