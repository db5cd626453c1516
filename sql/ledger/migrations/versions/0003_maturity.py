"""Assessments of maturity, their votes and evidence, and the trajectory: rows that nobody changes."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from sql.ledger.model import Instant

revision = "0003"
down_revision = "0002"

TABLES = (
    "assessment", "assessment_step", "assessment_vote", "assessment_evidence", "assessment_waiver", "trajectory_stage",
    "criterion_decision",
)  # fmt: skip


def _whole(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _table(name: str, *columns: sa.Column[Any], texts: tuple[str, ...]) -> None:
    op.create_table(
        name,
        sa.Column("number", sa.Integer(), nullable=False),
        *(sa.Column(each, sa.String(), nullable=False) for each in (*texts, "by")),
        *columns,
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f(f"pk_{name}")),
    )


def upgrade() -> None:
    """Make the tables, and the triggers that refuse every change."""
    _table("assessment", texts=("entity", "title", "model"))
    _table("assessment_step", _whole("assessment"), texts=("stage",))
    op.create_table(
        "assessment_vote",
        sa.Column("number", sa.Integer(), nullable=False),
        _whole("assessment"),
        *(sa.Column(each, sa.String(), nullable=False) for each in ("criterion", "assessor", "direction", "round", "note")),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("ticket", sa.String(), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_assessment_vote")),
        sa.UniqueConstraint("ticket", name=op.f("uq_assessment_vote_ticket")),
    )
    _table(
        "assessment_evidence",
        _whole("size"),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("dated", sa.Date(), nullable=False),
        texts=("entity", "criterion", "kind", "title", "target", "media", "digest"),
    )
    _table("assessment_waiver", texts=("entity", "criterion", "reason", "approver"))
    _table(
        "trajectory_stage",
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("targets", sa.JSON(), nullable=False),
        sa.Column("gone", sa.Boolean(), nullable=False),
        texts=("entity", "key", "name", "customers", "advisers", "company"),
    )
    _table("criterion_decision", texts=("entity", "criterion", "decision"))
    for table, column in (
        ("assessment", "entity"), ("assessment_step", "assessment"), ("assessment_vote", "assessment"), ("assessment_waiver", "entity"),
        ("assessment_evidence", "entity"),
        ("trajectory_stage", "entity"), ("criterion_decision", "entity"),
    ):  # fmt: skip
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    _guard(op.get_bind().dialect.name)


def _guard(dialect: str) -> None:
    if dialect != "sqlite":
        op.execute(
            "CREATE FUNCTION maturity_refused() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'what was answered is not changed'; END $$"
        )
    for table in TABLES:
        for action in ("UPDATE", "DELETE"):
            head = f"CREATE TRIGGER {table}_{action.lower()}_refused BEFORE {action} ON {table}"
            if dialect == "sqlite":
                op.execute(f"{head} BEGIN SELECT RAISE(ABORT, 'what was answered is not changed'); END")
            else:
                op.execute(f"{head} FOR EACH ROW EXECUTE FUNCTION maturity_refused()")
