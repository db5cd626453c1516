"""The day through which an equivalent arrangement counts in place of a criterion."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the column; what was set aside before it was set aside as not applicable, without an end."""
    op.add_column("assessment_waiver", sa.Column("until", sa.Date(), nullable=True))
