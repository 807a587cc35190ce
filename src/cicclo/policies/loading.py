"""Bytes → graph: JSON-LD or Turtle, with the contexts that we ship, within limits, and nothing from the network."""

import json
import logging
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from rdflib import Graph

from cicclo.kernel.errors import BadInput
from cicclo.kernel.text import NOTHING, Text
from cicclo.policies.model import PROFILE

# a literal that is not of its datatype is `shapes`' to tell, once and in words; rdflib prints a traceback for each
logging.getLogger("rdflib.term").setLevel(logging.ERROR)

MOST_BYTES = 2_000_000
MOST_TRIPLES = 200_000
DEEPEST = 64
"""Levels of a JSON-LD document: a policy needs ten."""
NOWHERE = "https://relative.invalid/"
"""The base of IRIs written without one, so that they are seen as such."""
_FORMAL = "https://raw.githubusercontent.com/w3c/odrl/refs/heads/master/formal-semantics/ontology/"
CONTEXTS = {
    "http://www.w3.org/ns/odrl.jsonld": "odrl.jsonld",
    "https://www.w3.org/ns/odrl.jsonld": "odrl.jsonld",
    "http://www.w3.org/ns/odrl/2/odrl.jsonld": "odrl.jsonld",
    f"{_FORMAL}evaluation_request.json": "evaluation_request.json",
    f"{_FORMAL}stow.json": "stow.json",
    f"{PROFILE}.jsonld": "profile.jsonld",
}


@cache
def shipped(name: str) -> Any:
    """The content of a context's `@context`."""
    return json.loads(files("cicclo.policies").joinpath("published", name).read_text("utf-8"))["@context"]


def load(content: bytes, at: str = "") -> Graph:
    """Read JSON-LD when the text starts with a brace or a bracket, else Turtle; raise BadInput."""
    if len(content) > MOST_BYTES:
        raise _refused(at, f"plus de {MOST_BYTES} octets", f"more than {MOST_BYTES} bytes")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refused(
            at,
            "le texte n'est pas en UTF-8",
            "the text is not UTF-8",
            Text("enregistrer le fichier en UTF-8", "save the file as UTF-8"),
        ) from error
    graph = _json_ld(text, at) if _is_json(text) else _turtle(text, at)
    if len(graph) > MOST_TRIPLES:
        raise _refused(at, f"plus de {MOST_TRIPLES} triplets", f"more than {MOST_TRIPLES} triples")
    return graph


def load_file(path: Path) -> Graph:
    """Read one file; its size is looked at first."""
    if not path.is_file():
        raise _refused(
            str(path),
            "ce fichier n'existe pas",
            "there is no such file",
            Text("vérifier le chemin", "check the path"),
        )
    with path.open("rb") as file:
        return load(file.read(MOST_BYTES + 1), str(path))


def _is_json(text: str) -> bool:
    """Turtle may begin with a bracket too (`[] a odrl:Set`), never followed by what JSON has there."""
    start = text.lstrip()
    return start.startswith("{") or (start.startswith("[") and start[1:].lstrip()[:1] in {"{", "[", '"'})


def _json_ld(text: str, at: str) -> Graph:
    try:
        document = json.loads(text)
        local = _localised(document, at, 0)
        return Graph().parse(data=json.dumps(local), format="json-ld", base=NOWHERE, publicID=NOWHERE)
    except BadInput:
        raise
    except json.JSONDecodeError as error:
        where = f"{at}:{error.lineno}" if at else str(error.lineno)
        raise _refused(where, "JSON mal formé", "malformed JSON") from error
    except RecursionError as error:
        raise _too_deep(at) from error
    except Exception as error:  # rdflib raises whatever its parser met: each is the same fact for a person
        raise _refused(at, f"JSON-LD illisible ({error})", f"unreadable JSON-LD ({error})") from error


def _turtle(text: str, at: str) -> Graph:
    try:
        return Graph().parse(data=text, format="turtle", publicID=NOWHERE)
    except RecursionError as error:
        raise _too_deep(at) from error
    except Exception as error:  # the same
        said = " ".join(str(error).split())[:200]
        raise _refused(at, f"Turtle illisible ({said})", f"unreadable Turtle ({said})") from error


def _localised(value: Any, at: str, depth: int) -> Any:
    """The document with each context by address replaced by the one that we ship."""
    if depth > DEEPEST:
        raise _too_deep(at)
    if isinstance(value, list):
        return [_localised(item, at, depth + 1) for item in value]
    if not isinstance(value, Mapping):
        return value
    if "@import" in value:
        raise _foreign(at, str(value["@import"]))
    return {
        key: _context(item, at, depth + 1) if key == "@context" else _localised(item, at, depth + 1)
        for key, item in value.items()
    }


def _context(value: Any, at: str, depth: int) -> Any:
    if isinstance(value, str):
        name = CONTEXTS.get(value)
        if name is None:
            raise _foreign(at, value)
        return shipped(name)
    if isinstance(value, list):
        return [_context(item, at, depth + 1) for item in value]
    return _localised(value, at, depth)


def _too_deep(at: str) -> BadInput:
    return _refused(
        at,
        f"plus de {DEEPEST} niveaux imbriqués",
        f"more than {DEEPEST} nested levels",
        Text("aplatir le document", "flatten the document"),
    )


def _foreign(at: str, address: str) -> BadInput:
    return _refused(
        at,
        f"contexte JSON-LD inconnu : {address} (rien n'est cherché sur le réseau)",
        f"unknown JSON-LD context: {address} (nothing is fetched)",
        Text(
            "écrire le contexte dans le document, ou utiliser http://www.w3.org/ns/odrl.jsonld",
            "write the context in the document, or use http://www.w3.org/ns/odrl.jsonld",
        ),
    )


def _refused(at: str, fr: str, en: str, remedy: Text = NOTHING) -> BadInput:
    return BadInput(Text(fr, en), at=at, remedy=remedy)
