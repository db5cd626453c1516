"""Accounts, their limits, sessions and tokens."""

import sqlalchemy as sa
from alembic import op

from sql.ledger.model import Instant

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    texts = ("name", "called", "role", "agent", "password")
    op.create_table(
        "account",
        sa.Column("number", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in texts),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in ("everything", "named", "change_due", "active")),
        sa.Column("issuer", sa.String(), nullable=True),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("password_at", Instant(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", Instant(), nullable=True),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_account")),
        sa.UniqueConstraint("name", name=op.f("uq_account_name")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_account_issuer_subject")),
    )
    op.create_table(
        "account_limit",
        sa.Column("account", sa.Integer(), nullable=False),
        sa.Column("dimension", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.number"], name=op.f("fk_account_limit_account_account"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("account", "dimension", "value", name=op.f("pk_account_limit")),
    )
    op.create_table(
        "signed_in",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("account", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("csrf", sa.String(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.number"], name=op.f("fk_signed_in_account_account"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_signed_in")),
    )
    op.create_index(op.f("ix_signed_in_account"), "signed_in", ["account"])
    op.create_table(
        "token",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("account", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("shown", sa.String(), nullable=False),
        sa.Column("rights", sa.JSON(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["account"], ["account.number"], name=op.f("fk_token_account_account"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_token")),
        sa.UniqueConstraint("digest", name=op.f("uq_token_digest")),
    )
    op.create_index(op.f("ix_token_account"), "token", ["account"])
