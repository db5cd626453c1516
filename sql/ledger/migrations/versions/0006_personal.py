"""Requests of people to be erased, turns of the key of pseudonyms, and a way to take names out of assessments."""

import sqlalchemy as sa
from alembic import op

from sql.ledger.model import Instant

revision = "0006"
down_revision = "0005"

TABLES = (
    "assessment", "assessment_step", "assessment_vote", "assessment_evidence", "assessment_waiver", "trajectory_stage",
    "criterion_decision",
)  # fmt: skip
_FREED = """CREATE OR REPLACE FUNCTION maturity_refused() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
IF NOT EXISTS (SELECT 1 FROM amending) THEN RAISE EXCEPTION 'what was answered is not changed'; END IF;
IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
RETURN NEW;
END $$"""


def upgrade() -> None:
    """Make the tables, and let the guards of assessments pass what an erasure or the end of a retention changes."""
    op.create_table(
        "erasure_request",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("request", sa.String(), nullable=False),
        sa.Column("pseudonyms", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("erasure", sa.Integer(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_erasure_request")),
    )
    op.add_column("erasure", sa.Column("rows", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "key_turn",
        sa.Column("number", sa.Integer(), nullable=False),
        *(sa.Column(each, Instant(), nullable=True) for each in ("ended_at", "destroyed_at")),
        sa.Column("at", Instant(), nullable=False),
        *(sa.Column(each, sa.String(), nullable=False) for each in ("by", "state", "certificate")),
        *(sa.Column(each, sa.Integer(), nullable=False) for each in ("before", "after", "linked", "behind", "erased_behind", "events")),
        sa.Column("left", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_key_turn")),
    )
    op.create_table(
        "amending", sa.Column("number", sa.Integer(), nullable=False), sa.PrimaryKeyConstraint("number", name=op.f("pk_amending"))
    )
    if op.get_bind().dialect.name != "sqlite":
        op.execute(_FREED)
        return
    for table in TABLES:
        for action in ("UPDATE", "DELETE"):
            name = f"{table}_{action.lower()}_refused"
            op.execute(f"DROP TRIGGER {name}")
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {action} ON {table} WHEN NOT EXISTS (SELECT 1 FROM amending) "
                "BEGIN SELECT RAISE(ABORT, 'what was answered is not changed'); END"
            )
