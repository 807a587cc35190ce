"""Which language and which representation a reader gets."""

import pytest

from cicclo.web.negotiation import language, wants_json


@pytest.mark.parametrize(
    ("query", "cookies", "accept", "expected"),
    [
        ({}, {}, "", "fr"),
        ({}, {}, "en-US,en;q=0.9", "en"),
        ({}, {}, "de,en;q=0.5,fr;q=0.8", "fr"),
        ({}, {}, "de", "fr"),
        ({}, {}, "en;q=0", "fr"),
        ({}, {}, "en;q=high, *", "fr"),
        ({}, {"cicclo_lang": "en"}, "fr", "en"),
        ({"lang": "fr"}, {"cicclo_lang": "en"}, "en", "fr"),
        ({"lang": "xx"}, {"cicclo_lang": "yy"}, "en", "en"),
    ],
)
def test_language(query: dict[str, str], cookies: dict[str, str], accept: str, expected: str) -> None:
    """The address, then the choice made before, then the browser, then French."""
    assert language(query, cookies, accept) == expected


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", False),
        ("*/*", False),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", False),
        ("application/json", True),
        ("application/problem+json", True),
        ("text/html;q=0.5, application/json", True),
        ("application/json;q=0.5, text/html", False),
    ],
)
def test_json_or_page(accept: str, *, expected: bool) -> None:
    """A browser gets a page, a program that asks for JSON gets JSON."""
    assert wants_json(accept) is expected
