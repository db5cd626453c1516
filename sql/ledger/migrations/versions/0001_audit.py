"""The audit log, which nobody changes."""

import sqlalchemy as sa
from alembic import op

from sql.ledger.model import Instant

revision = "0001"
down_revision = None

_SQLITE = """
CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is not changed'); END
--
CREATE TRIGGER audit_kept BEFORE DELETE ON audit WHEN OLD.at > datetime('now', '-365 days')
BEGIN SELECT RAISE(ABORT, 'the audit log is kept for a year'); END
"""
_POSTGRESQL = """
CREATE FUNCTION audit_refused() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the audit log is not changed and is kept for a year'; END $$
--
CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit FOR EACH ROW EXECUTE FUNCTION audit_refused()
--
CREATE TRIGGER audit_kept BEFORE DELETE ON audit FOR EACH ROW WHEN (OLD.at > now() - INTERVAL '365 days')
EXECUTE FUNCTION audit_refused()
--
CREATE TRIGGER audit_whole BEFORE TRUNCATE ON audit EXECUTE FUNCTION audit_refused()
"""


def upgrade() -> None:
    """Make the table and the triggers that guard it."""
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("chain", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit")),
    )
    for column in ("about", "at", "by"):
        op.create_index(op.f(f"ix_audit_{column}"), "audit", [column])
    for statement in (_SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL).split("--"):
        op.execute(statement)
