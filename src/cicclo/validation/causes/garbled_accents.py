"""`AccÃ¨s` for `Accès`: UTF-8 that was once read as Windows-1252."""

from cicclo.kernel.text import Text
from cicclo.validation.causes import DETECTORS, Detector
from cicclo.validation.model import Fault, Field


def explain(fault: Fault, _field: Field | None) -> str | None:
    if not isinstance(fault.cell, str) or not any(mark in fault.cell for mark in "ÃÂâ\ufffd"):
        return None
    try:
        mended = fault.cell.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return "" if "\ufffd" in fault.cell else None
    return mended if mended != fault.cell else None


DETECTORS.add(
    Detector(
        "garbled-accents",
        5,
        Text("a des accents abîmés (Ã© pour é)", "has garbled accents (Ã© for é)"),
        Text("ont des accents abîmés (Ã© pour é)", "have garbled accents (Ã© for é)"),
        Text("exporter de nouveau en UTF-8 depuis la source", "export again from the source, as UTF-8"),
        explain,
    )
)
