"""What keeps a validation from running (exit code 2): facts, translated at the doors.

* BadInput
  + SourceUnreadable   the file is not what its name says, is empty, or breaks a limit
  + SchemaUnreadable   the schema's address gives no schema
  + SchemaWrong        the schema was read, and breaks its own standard
"""

from cicclo.kernel.errors import BadInput
from cicclo.kernel.text import Text


class SourceUnreadable(BadInput):
    """`kind` is Validata's word for it: `format-error`, `encoding-error`, `source-error`, `remote-source-error`."""

    slug = "source-unreadable"
    title = Text("Fichier illisible", "Unreadable file")

    def __init__(
        self, message: Text, *, kind: str = "source-error", at: str = "", remedy: Text | None = None
    ) -> None:
        super().__init__(message, at=at, **({"remedy": remedy} if remedy else {}))
        self.kind = kind


class SchemaUnreadable(BadInput):
    slug = "schema-unreadable"
    title = Text("Schéma illisible", "Unreadable schema")


class SchemaWrong(BadInput):
    slug = "schema-wrong"
    title = Text("Schéma incorrect", "Incorrect schema")
