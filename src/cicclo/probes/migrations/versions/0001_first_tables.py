"""First tables: platforms, audits and what they found.

Written out, not taken from `tables.py`: a migration must keep making the same tables when those change.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _table("platforms", key=("id",), texts=("name", "origin", "targets", "document"))
    audit = (
        "platform",
        "state",
        "targets",
        "options",
        "created",
        "started",
        "finished",
        "tool",
        "note",
        "summary",
    )
    _table("audits", key=("id",), texts=audit, numbers=("resumed",))
    op.create_index("audits_by_platform", "audits", ["platform", "created"])
    op.create_index("audits_by_state", "audits", ["state"])
    _table("endpoints", key=("audit", "id"), texts=("document",), numbers=("number",))
    _table("findings", key=("audit", "number"), texts=("requirement", "outcome", "standing", "document"))
    op.create_index("findings_by_requirement", "findings", ["requirement", "audit"])
    _table("exchanges", key=("audit", "key"), texts=("head",), numbers=("number",), blobs=("body",))
    for name in ("clients", "known", "troubles"):
        _table(name, key=("audit", "number"), texts=("document",))
    _table("keys", key=("name",), texts=("value",))


def _table(
    name: str,
    *,
    key: tuple[str, ...],
    texts: tuple[str, ...] = (),
    numbers: tuple[str, ...] = (),
    blobs: tuple[str, ...] = (),
) -> None:
    kinds = {
        **dict.fromkeys(key + texts, sa.Text),
        **dict.fromkeys(numbers, sa.Integer),
        **dict.fromkeys(blobs, sa.LargeBinary),
    }
    if "number" in key:
        kinds["number"] = sa.Integer
    columns: list[sa.Column[object]] = [
        sa.Column(column, kind, primary_key=column in key, nullable=False, autoincrement=False)
        for column, kind in kinds.items()
    ]
    op.create_table(name, *columns)
