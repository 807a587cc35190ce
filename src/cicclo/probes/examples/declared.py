"""A table and the Table Schema it declares, for the examples that offer files."""

from typing import Any

from cicclo.probes.examples.site import Reply

FILE, SCHEMA = "/data/arbres.csv", "/schemas/arbres.json"

TABLE = "identifiant,essence,hauteur\nA1,tilleul,12.5\nA2,platane,18\n"
DESCRIPTOR: dict[str, Any] = {
    "name": "arbres",
    "title": "Arbres d'alignement",
    "version": "1.0.0",
    "fields": [
        {"name": "identifiant", "type": "string", "constraints": {"required": True, "unique": True}},
        {"name": "essence", "type": "string", "constraints": {"enum": ["tilleul", "platane", "érable"]}},
        {"name": "hauteur", "type": "number", "constraints": {"minimum": 0}},
    ],
}


def handle(path: str) -> Reply | None:
    if path == FILE:
        return Reply.text(TABLE, "text/csv")
    return Reply.json(DESCRIPTOR) if path == SCHEMA else None
