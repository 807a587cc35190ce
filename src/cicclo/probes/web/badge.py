"""A small picture of the last result; readable without colour, and by a screen reader."""

from html import escape

from cicclo.kernel.text import Text
from cicclo.probes.model import Outcome
from cicclo.probes.store import Audit
from cicclo.web.locale import Words

LABEL = Text("interopérabilité", "interoperability")
NEVER = Text("jamais auditée", "never audited")
CHARACTER = 6.6  # width of a character of 11 px, on average; `textLength` makes it exact


def badge(audit: Audit | None, words: Words) -> str:
    """Return the SVG."""
    label, value, colour = words.say(LABEL), *_value(audit, words)
    left, right = (round(len(text) * CHARACTER) + 14 for text in (label, value))
    title = escape(f"{label} : {value}" if words.lang == "fr" else f"{label}: {value}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="20" role="img" lang="{words.lang}" aria-label="{title}">'
        f"<title>{title}</title>"
        f'<rect width="{left}" height="20" fill="#33414e"/><rect x="{left}" width="{right}" height="20" fill="{colour}"/>'
        f'<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">'
        f"{_word(label, 7, left - 14)}{_word(value, left + 7, right - 14)}</g></svg>"
    )


def _word(text: str, x: int, length: int) -> str:
    return f'<text x="{x}" y="14" textLength="{length}" lengthAdjust="spacingAndGlyphs">{escape(text)}</text>'


def _value(audit: Audit | None, words: Words) -> tuple[str, str]:
    if audit is None:
        return words.say(NEVER), "#5a6672"
    passed, failed = (audit.summary.get(outcome.value, 0) for outcome in (Outcome.PASSED, Outcome.FAILED))
    mark = "✗" if audit.summary.get("mandatory") else "✓"
    colour = "#a3241d" if mark == "✗" else "#1c6b3c"
    return f"{mark} {passed}/{passed + failed} · {audit.finished[:10]}", colour
