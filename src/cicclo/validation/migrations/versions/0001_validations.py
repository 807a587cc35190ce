"""First table: validations.

Written out, not taken from `tables.py`: a migration must keep making the same table when that one changes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TEXTS = (
    "state",
    "source",
    "address",
    "schema_wanted",
    "options",
    "lang",
    "created",
    "started",
    "finished",
    "tool",
    "phase",
    "problem",
    "view",
)
NUMBERS = ("size", "share", "resumed")


def upgrade() -> None:
    columns: list[sa.Column[object]] = [sa.Column(name, sa.Text(), nullable=False) for name in TEXTS]
    columns += [sa.Column(name, sa.BigInteger, nullable=False) for name in NUMBERS]
    op.create_table("validations", sa.Column("id", sa.Text, primary_key=True), *columns)
    op.create_index("validations_by_state", "validations", ["state", "created"])
