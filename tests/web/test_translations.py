"""No sentence of a page is missing in a language."""

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from jinja2 import Environment, nodes
from markupsafe import escape

from cicclo.kernel.text import Text
from cicclo.web.locale import Words

COMPONENTS = ("cicclo.web", "cicclo.probes", "cicclo.hub", "cicclo.validation")
TEMPLATES = [
    Path(str(file))
    for name in COMPONENTS
    for file in (files(name) / "templates").iterdir()
    if file.name.endswith(".html")
]
# the same in both languages, and meant to be
SAME = {
    "Services",
    "Collection",
    "Collections",
    "Audits",
    "Badge",
    "Date",
    "Source",
    "Client",
    "absent",
    "Action",
    "Exchange",
    "Page",
}
# names of programs and accounts; attributes that a condition adds to an element
ALLOWED = {"api", "cicclo", "curl", "operator", "selected", "open"}


def sentences(path: Path) -> Iterator[tuple[int, list[nodes.Expr]]]:
    tree = Environment(autoescape=True).parse(path.read_text("utf-8"))
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "_":
            yield call.lineno, call.args


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parents[1].name}-{path.stem}")
def test_every_sentence_is_in_both_languages(path: Path) -> None:
    """`_` takes two constant sentences, French then English, different unless both languages say the same word."""
    for line, arguments in sentences(path):
        texts = [argument.value for argument in arguments if isinstance(argument, nodes.Const)]
        assert len(texts) == 2, f"{path.name}:{line}"
        french, english = texts
        assert french.strip(), f"{path.name}:{line}"
        assert english.strip(), f"{path.name}:{line}"
        assert french != english or french in SAME, f"{path.name}:{line} {french!r} is not translated"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parents[1].name}-{path.stem}")
def test_no_bare_words_stand_in_a_template(path: Path) -> None:
    """Text outside `_` would be shown in one language only: only signs, names and numbers may stand bare."""
    tree = Environment(autoescape=True).parse(path.read_text("utf-8"))
    for output in tree.find_all(nodes.TemplateData):
        outside = "".join(piece.partition(">")[2] for piece in ("x>" + output.data).split("<"))
        bare = [
            word
            for word in outside.replace("&amp;", " ").split()
            if word.isalpha() and len(word) > 2 and word.lower() not in ALLOWED
        ]
        assert bare == [], f"{path.name}:{output.lineno}"


def test_words_of_both_languages() -> None:
    """French has a singular zero and its own marks; what a stranger says stays to be escaped."""
    fr, en = Words("fr"), Words("en")
    one, many = ("échec", "failure"), ("échecs", "failures")
    assert [fr.count(n, one, many) for n in (0, 1, 2)] == ["0 échec", "1 échec", "2 échecs"]
    assert [en.count(n, one, many) for n in (0, 1, 2)] == ["0 failures", "1 failure", "2 failures"]
    assert fr.number(1234.5) == "1\u202f234,5"
    assert en.number(1234.5) == "1,234.5"
    assert fr.percent(999, 1000).startswith("99")
    assert fr.date("2026-11-23T09:05:00+00:00") == "23 nov. 2026, 09:05 UTC"
    assert fr.date("") == ""
    assert escape(fr.say(Text("<b>", "<b>"))) == "&lt;b&gt;"
