"""CQL2 text: what is read how, and where an error is."""

import pytest

from cicclo.kernel.errors import BadInput
from cicclo.ogc.cql2 import text
from cicclo.ogc.cql2.model import Array, Call, Name


def call(op, *args):
    return Call(op, args)


A, B, C = Name("a"), Name("b"), Name("c")


@pytest.mark.parametrize(
    ("written", "tree"),
    [
        ("a=1 or b=2 and not c=3", call("or", call("=", A, 1), call("and", call("=", B, 2), call("not", call("=", C, 3))))),
        ("a = b - 1 - c", call("=", A, call("-", call("-", B, 1), C))),
        ("a = b + c * 2 ^ 3", call("=", A, call("+", B, call("*", C, call("^", 2, 3))))),
        ("a = -5 ^ 2", call("=", A, call("^", -5, 2))),
        ("a-5 > -b", call(">", call("-", A, 5), call("*", -1, B))),
        ("a div 2 = b % -.5e1", call("=", call("div", A, 2), call("%", B, -5.0))),
        ("'it''s' = a AND b = 'it\\'s'", call("and", call("=", "it's", A), call("=", B, "it's"))),
        ('"a b""c" < > \'\'', call("<>", Name('a b"c'), "")),
        ("a IN ((1), -2)", call("in", A, Array((1, -2)))),
        ("A_CONTAINS(a, ('x'))", call("a_contains", A, Array(("x",)))),
        ("a_overlaps((), ((1), (b + 1), ((b + 1))))", call("a_overlaps", Array(()), Array((Array((1,)), call("+", B, 1), Array((call("+", B, 1),)))))),
        ("(a = 1) IS NOT NULL", call("not", call("isNull", call("=", A, 1)))),
        ("date = DATE('2024-02-29')", call("=", Name("date"), text.Date("2024-02-29"))),
        ("a\u00a0=\u20091", call("=", A, 1)),
        ("a = 9223372036854775808", call("=", A, 9223372036854775808.0)),
        ("TRUE", True),
    ],
)  # fmt: skip
def test_reading(written, tree):
    """The tree follows precedence, grouping to the left, and the grammar's oddities."""
    assert repr(text.parse(written)) == repr(tree)
    assert repr(text.parse(text.write(tree))) == repr(tree)


@pytest.mark.parametrize(
    ("wrong", "position", "expected"),
    [
        ("", 1, "a value, a property"),
        ("a", 1, "a condition"),
        ("a =", 4, "a value, a property"),
        ("a = 1 b", 7, "an operator or the end"),
        ("a = 1 AND b", 11, "a condition"),
        ("a == 1", 4, "a value, a property"),
        ("a = 'x", 5, "quote never closed"),
        ("a = 1 AND\n(b = 2", 17, "“)”"),
        ("a BETWEEN 1 OR 2", 13, "“AND”"),
        ("a IS 5", 6, "“NULL”"),
        ("a LIKE AND", 8, "a value or a property"),
        ("a = DATE('2024-02-30')", 10, "incorrect date"),
        ("a = TIMESTAMP('2024-02-28T24:00:00Z')", 15, "incorrect time stamp"),
        ("a = TIMESTAMP('2024-02-28T10:00:00+01:00')", 15, "incorrect time stamp"),
        ("t_after(a, INTERVAL('x', '..'))", 21, "incorrect date"),
        ("s_within(a, POLYGON((0 0, 1 0, 1 1, 0 1)))", 13, "not closed"),
        ("s_within(a, POINT(0))", 20, "a number"),
        ("s_within(a, POINT(0 0 0 0))", 25, "“)”"),
        ("s_within(a, LINESTRING(0 0, 1 1 1))", 13, "different dimensions"),
        ("s_within(a)", 1, "2 argument(s)"),
        ("s_within(a, BBOX(1, 2, 3))", 13, "four or six"),
        ("a = 'x\x00'", 5, "control character U+0000"),
        ("a = 1;", 6, "unexpected character “;”"),
        ("a = 1e400", 5, "number too big"),
        ("NOT NOT a = 1", 5, "a value or a property"),
        ("a = 2 ^ 3 ^ 4", 11, "an operator or the end"),
    ],
)
def test_errors_say_where(wrong, position, expected):
    """The first thing that is not CQL2 is named by its place, counted from 1, and by what was expected."""
    with pytest.raises(BadInput) as refused:
        text.parse(wrong)
    assert refused.value.message.en.startswith(f"character {position}: ")
    assert refused.value.message.fr.startswith(f"caractère {position} : ")
    assert expected in refused.value.message.en
    assert refused.value.at == "filter"


def test_what_text_cannot_say():
    """A value that ends with a backslash would escape its closing quote: it is refused, not written wrongly."""
    with pytest.raises(BadInput):
        text.write(call("=", A, "c:\\"))
