"""Field types of Table Schema: one file each, declared in `TYPES`; found, never enrolled by hand.

A type gives, for a field, the function that reads one cell: it returns the value, or raises `Unreadable`. Readings are
those of frictionless 5.21, which Validata uses: what they accept beyond the standard (`1_000` is an integer,
`2021-1-5` a date) is accepted here too, and a test holds each of them against it.

Cells are texts, or what a workbook types: int, float, bool, date, datetime, time. A missing value never gets here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cicclo.kernel.registry import Registry
from cicclo.validation.model import Cell, Field

ORDERED = ("required", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "enum")
"""Constraints of a type whose values have an order."""


class Unreadable(Exception):
    """The cell is not of the field's type; `reason` is a word for the cause when one was recognised."""

    def __init__(self, reason: str = "", **facts: Any) -> None:
        super().__init__(reason)
        self.reason = reason
        self.facts = facts


Read = Callable[[Cell], Any]


@dataclass(frozen=True, slots=True)
class FieldType:
    """`constraints` are those that the standard gives a meaning to for this type, `unique` aside.

    `formats` are the formats of the standard; empty when any text will do (a date's pattern).
    """

    name: str
    reader: Callable[[Field], Read]
    constraints: tuple[str, ...] = ("required", "enum")
    formats: tuple[str, ...] = ("default",)


TYPES: Registry[FieldType] = Registry("cicclo.validation.types", name=lambda kind: kind.name)


def reader(field: Field) -> Read:
    """Return the function that reads the cells of `field`; an unknown type reads as `any`."""
    return TYPES.get(field.type, TYPES["any"]).reader(field)
