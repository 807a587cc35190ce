"""Which encoding is this text in? Validata's way when strict, else with French in mind."""

import codecs

import chardet

SAMPLE = 100_000
"""Bytes that Validata looks at."""

FRENCH = frozenset("àâäçéèêëîïôöùûüÿœæÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸŒÆ«»°€’‘“”–—…·²³№½§µ×\u00a0\u202f")
CANDIDATES = ("cp1252", "mac_roman", "cp850")
SURE = 0.5
"""Under this confidence chardet is not believed before UTF-8 has been tried."""


def detect(sample: bytes, *, strict: bool) -> tuple[str, bool]:
    """Return Python's name of the encoding, and whether the text starts with a byte order mark."""
    if sample.startswith(codecs.BOM_UTF8):
        return "utf-8-sig", True
    if _decodes(sample, "utf-8"):
        return "utf-8", False
    if not strict:
        if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16", True
        if found := _french(sample):
            return found, False
    return _guessed(sample), False


def _decodes(sample: bytes, encoding: str) -> bool:
    """A character cut by the end of the sample is no mistake."""
    try:
        codecs.getincrementaldecoder(encoding)().decode(sample, final=len(sample) < SAMPLE)
    except UnicodeDecodeError:
        return False
    return True


def _french(sample: bytes) -> str:
    """The encoding in which nearly every accent is one that French uses; empty when none is."""
    scores = {name: _share(sample, name) for name in CANDIDATES}
    best = max(CANDIDATES, key=lambda name: scores[name])
    return best if scores[best] >= 0.9 else ""


def _share(sample: bytes, encoding: str) -> float:
    text = sample.decode(encoding, "replace")
    accents = [letter for letter in text if not letter.isascii()]
    return sum(letter in FRENCH for letter in accents) / len(accents) if accents else 0.0


def _guessed(sample: bytes) -> str:
    found = chardet.detect(sample)
    name, confidence = found["encoding"], found["confidence"] or 0.0
    if not name or (confidence < SURE and _decodes(sample, "utf-8")):
        return "utf-8"
    return name
