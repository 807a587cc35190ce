"""The table of validations. Columns are what queries look at; `problem` and `view` are documents in JSON.

`source` is the file's name as its owner calls it, `address` where it was to be fetched when it was not sent.
`share` is the part done in thousandths, `phase` what is being done. `view` is what the report's page shows.
"""

from sqlalchemy import BigInteger, Column, Index, MetaData, Table, Text

metadata = MetaData()
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

validations = Table(
    "validations",
    metadata,
    Column("id", Text, primary_key=True),
    *(Column(name, Text, nullable=False) for name in TEXTS),
    *(Column(name, BigInteger, nullable=False) for name in NUMBERS),
    Index("validations_by_state", "state", "created"),
)
