"""Tables of the hub's state. Columns are what queries look at; `document` holds the whole noun as JSON."""

from sqlalchemy import Column, Index, Integer, LargeBinary, MetaData, Table, Text

metadata = MetaData()


def _text(name: str, **options: bool) -> "Column[str]":
    return Column(name, Text, nullable=False, **options)  # type: ignore[arg-type]


def _number(name: str, **options: bool) -> "Column[int]":
    return Column(name, Integer, nullable=False, autoincrement=False, **options)  # type: ignore[arg-type]


# `targets` is what an audit of the platform is given; `origin` is `registry` or `added`
platforms = Table(
    "platforms",
    metadata,
    _text("id", primary_key=True),
    _text("name"),
    _text("origin"),
    _text("targets"),
    _text("document"),
)

# `state` is waiting, running, finished or failed; `resumed` counts restarts; `note` says what went wrong
audits = Table(
    "audits",
    metadata,
    _text("id", primary_key=True),
    _text("platform"),
    _text("state"),
    _text("targets"),
    _text("options"),
    _text("created"),
    _text("started"),
    _text("finished"),
    _text("tool"),
    _text("note"),
    _text("summary"),
    _number("resumed"),
    Index("audits_by_platform", "platform", "created"),
    Index("audits_by_state", "state"),
)

endpoints = Table(
    "endpoints",
    metadata,
    _text("audit", primary_key=True),
    _text("id", primary_key=True),
    _number("number"),
    _text("document"),
)

findings = Table(
    "findings",
    metadata,
    _text("audit", primary_key=True),
    _number("number", primary_key=True),
    _text("requirement"),
    _text("outcome"),
    _text("standing"),
    _text("document"),
    Index("findings_by_requirement", "requirement", "audit"),
)

exchanges = Table(
    "exchanges",
    metadata,
    _text("audit", primary_key=True),
    _text("key", primary_key=True),
    _number("number"),
    _text("head"),
    Column("body", LargeBinary, nullable=False),
)


def _list_of(name: str) -> Table:
    return Table(
        name,
        metadata,
        _text("audit", primary_key=True),
        _number("number", primary_key=True),
        _text("document"),
    )


clients = _list_of("clients")
known = _list_of("known")
troubles = _list_of("troubles")

# what the hub keeps for itself: the operator's password (hashed), the key that signs cookies
keys = Table("keys", metadata, _text("name", primary_key=True), _text("value"))
