"""Which encoding is this text in? Validata's way when strict, else with French in mind."""

import codecs

SAMPLE = 100_000
"""Bytes that Validata looks at."""

FRENCH = frozenset("àâäçéèêëîïôöùûüÿœæÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸŒÆ«»°€’‘“”–—…·²³№½§µ×\u00a0\u202f")
CANDIDATES = ("cp1252", "mac_roman", "cp850")


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
    """Chardet's guess, fed line by line without the line ends: fed otherwise it guesses otherwise than for Validata."""
    from chardet import UniversalDetector  # noqa: PLC0415  (UTF-8 files do without)

    detector = UniversalDetector()
    for line in sample.splitlines():
        detector.feed(line)
        if detector.done:
            break
    return detector.close()["encoding"] or "utf-8"
