"""How Alembic reaches the ledger: through the connection it is given (sql/ledger/door.py), inside that connection's transaction."""

from alembic import context

from sql.ledger import account, amend, audit, erasure, maturity, turn  # noqa: F401 - what knows of their tables
from sql.ledger.model import Table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    render_as_batch=True,  # SQLite changes a table by making it anew
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
