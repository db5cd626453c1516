"""Wrong passwords are counted by name, whether somebody has it or not; sessions say whether a provider vouched for them."""

import sqlalchemy as sa
from alembic import op

from sql.ledger.model import Instant

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table; what was counted of accounts begins anew."""
    op.create_table(
        "attempt",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("until", Instant(), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_attempt")),
    )
    op.create_index(op.f("ix_attempt_at"), "attempt", ["at"])
    for column in ("failures", "locked_until"):
        op.drop_column("account", column)
    op.add_column("signed_in", sa.Column("vouched", sa.Boolean(), nullable=False, server_default=sa.false()))
