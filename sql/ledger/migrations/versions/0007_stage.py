"""The texts of a stage of the trajectory, by the language they were written in."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the column; of stages written before it is not known in which language they are."""
    op.add_column("trajectory_stage", sa.Column("words", sa.JSON(), nullable=False, server_default="{}"))
