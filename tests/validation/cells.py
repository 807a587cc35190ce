"""Random texts of a field: near the rule, across its edges, with the characters on which engines differ."""

import random
import re
from re import _constants as op
from re import _parser as parser
from typing import Any

from cicclo.validation.model import Field

ODD = (
    "\n \t\r\x1c\x1d\x1e\x1f\x0b\x0c\x85\xa0\u2003\u2028\u200b\u3000\ufeff\x00\x7f"  # spaces, or not, by engine
    "٣५３²½Ⅷ一߁𝟙"  # digits, or not
    "éÉßıİŒœΩжñǅªµ_ǰ\u0301"  # letters, marks
    "\"'’“«-–.,;:|/\\+*?()[]{}^$#@&%~`<>=!€"
)
DIGITS = "0123456789"
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
SEEDS = {
    "integer": (
        "0",
        "1",
        "-1",
        "+3",
        "007",
        "12",
        " 12 ",
        "1_000",
        "1.0",
        "999999999999999",
        "1234567890123456",
        "12 345",
    ),
    "number": (
        "0",
        "-0.0",
        "1.5",
        "22,5",
        "1e5",
        "NaN",
        "Infinity",
        "-12.25",
        "100000.000001",
        "0.1",
        "1.",
        ".5",
        "+1",
    ),
    "boolean": ("true", "True", "TRUE", "1", "false", "0", "oui", "Vrai", "t", "yes", "TRUE "),
    "date": (
        "2021-01-05",
        "2021-1-5",
        "2024-02-29",
        "2023-02-29",
        "2021-04-31",
        "0999-01-01",
        "05/01/2021",
        "2021-01",
        "9999-12-31",
        "2021-12-31",
        "20210105",
    ),
    "datetime": (
        "2021-01-05T10:00:00Z",
        "2021-01-05T10:00:00",
        "2021-01-05 10:00:00",
        "2021-01-05T24:00:00Z",
        "2021-01-05T10:00:00+02:00",
        "2021-01-05",
    ),
    "time": ("10:00:00", "24:00:00", "10:00", "23:59:60", "23:59:59", "1:00:00"),
    "year": ("2021", "21", "0000", "12021", "-2021", "+202", "9999", "1000"),
    "yearmonth": ("2021-01", "2021-13", "2021-1", "0001-01", "2021/01"),
    "duration": ("P1Y", "PT1H", "P", "1 an"),
    "geopoint": (
        "2.35, 48.85",
        "2.35,48.85",
        "[2.35, 48.85]",
        "[2.35,48.85]",
        "180, 90",
        "[-180,-90]",
        "181, 0",
        "[2, 91]",
        "[02.5, 4]",
        '{"lon": 2, "lat": 3}',
        "[2.3]",
        "2.3;4",
    ),
    "geojson": ('{"type": "Point", "coordinates": [1, 2]}', "{}", '{"type": "Point"}', "[1, 2]"),
    "object": ("{}", '{"a": 1}', "[]", "null"),
    "array": ("[]", '["a"]', '["a", "b"]', "a,b", '["a","é"]', "[1]", '["a\\"b"]', "{}", "[", '["a",]'),
    "string": (
        "a",
        "texte",
        "Écluse n° 3",
        "x" * 300,
        "a@b.fr",
        "jean-marc.dupont@mairie.ville.fr",
        "a@b",
        "a_b@c-d.example",
        "https://example.org/a?b=c",
        "www.example.org",
        "http://x.fr",
        "mailto:a@b.fr",
        "a:b",
        "123e4567-e89b-42d3-a456-426614174000",
        "eA==",
        "é@b.fr",
        "a__b@c.fr",
        "a@b__c.fr",
    ),
}


class Cells:
    """A stream of texts for one field."""

    def __init__(self, field: Field, dice: random.Random) -> None:
        self.field = field
        self.dice = dice
        self.pool = [*SEEDS.get(field.type, ()), *SEEDS["string"][:3], *field.missing, *self._named(), ""]
        self.pattern = self._pattern()

    def text(self) -> str:
        """A seed, a text of the pattern, or one of them with an accident."""
        text = (
            self._derived()
            if self.pattern is not None and self.dice.random() < 0.7
            else self.dice.choice(self.pool)
        )
        accidents = self.dice.choice((0, 0, 1, 1, 2))
        for _ in range(accidents):
            text = self._accident(text)
        return text

    def _named(self) -> list[str]:
        """What the schema itself says, and the neighbours of its bounds."""
        named = [str(self.field.example)] if self.field.example is not None else []
        for name, value in self.field.constraints.items():
            if name == "enum" and isinstance(value, list):
                named += [str(item) for item in value] + [f"{item}.0" for item in value[:2]]
            if name.lower().endswith("imum"):
                named += [str(value), f"{value}.0", f"-{value}", *_around(value)]
            if name.endswith("Length") and isinstance(value, int):
                named += ["é" * size for size in (value - 1, value, value + 1) if 0 <= size < 5000]
        return named

    def _pattern(self) -> Any:
        pattern = self.field.constraints.get("pattern")
        try:
            return parser.parse(pattern) if isinstance(pattern, str) else None
        except re.error:
            return None

    def _accident(self, text: str) -> str:
        place = self.dice.randint(0, len(text))
        kind = self.dice.randint(0, 5)
        if kind == 0:
            return text[:place] + self.dice.choice(ODD) + text[place:]
        if kind == 1:
            return text[:place] + self.dice.choice(DIGITS + LETTERS) + text[place + 1 :]
        if kind == 2:
            return text[:place] + text[place + 1 :]
        if kind == 3:
            return text + self.dice.choice(("\n", " ", "\r", "\r\n", "\x00"))
        return text.swapcase() if kind == 4 else text[:place] + self.dice.choice(ODD) + text[place + 1 :]

    def _derived(self) -> str:
        try:
            return self._walk(self.pattern)[:2000]
        except NotImplementedError:
            return self.dice.choice(self.pool)

    def _walk(self, items: Any) -> str:
        return "".join(self._step(code, value) for code, value in items)

    def _step(self, code: Any, value: Any) -> str:
        if code is op.LITERAL:
            return chr(value)
        if code in (op.ANY, op.NOT_LITERAL):
            return self.dice.choice(LETTERS + ODD)
        if code is op.IN:
            return self._one_of(value)
        if code is op.AT:
            return self.dice.choice(("", "", "", "\n")) if value is op.AT_END else ""
        if code is op.BRANCH:
            return self._walk(self.dice.choice(value[1]))
        if code is op.SUBPATTERN:
            return self._walk(value[3])
        if code in (op.MAX_REPEAT, op.MIN_REPEAT):
            least, most, inner = value
            times = self.dice.randint(
                least, min(int(most), least + 3) if most is not op.MAXREPEAT else least + 3
            )
            return "".join(self._walk(inner) for _ in range(times))
        raise NotImplementedError(code)

    def _one_of(self, items: Any) -> str:
        if items[0][0] is op.NEGATE:
            return self.dice.choice(LETTERS + ODD)
        code, value = self.dice.choice(items)
        if code is op.LITERAL:
            return chr(value)
        if code is op.RANGE:
            return chr(self.dice.randint(*value))
        return self.dice.choice(DIGITS + LETTERS[:4] + ODD)


def _around(value: Any) -> list[str]:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return []
    return [
        f"{value + step:.{digits}f}" for step in (-1, -1e-6, -1e-12, 1e-12, 1e-6, 1) for digits in (0, 6, 14)
    ]
