"""Languages of the record and of the resource (M07): a code from the list, never a word."""

from collections.abc import Sequence

from lxml import etree

from cicclo.probes.checks.iso19139._rule import PASSED, edited, inapplicable, rule, with_code
from cicclo.probes.iso.record import Record
from cicclo.probes.iso.vocabulary import LANGUAGES, TERMINOLOGICAL
from cicclo.probes.iso.xml import place
from cicclo.probes.model import Verdict, failed


def _as_string(element: etree._Element) -> None:
    element.tag = "{http://www.isotc211.org/2005/gco}CharacterString"
    for name in list(element.attrib):
        del element.attrib[name]


@rule(
    "iso19139/language/metadata", breaks=edited("/gmd:MD_Metadata/gmd:language/gmd:LanguageCode", _as_string)
)
def metadata_language(record: Record, today: str) -> Verdict:
    found = [] if record.own_language is None else [record.own_language]
    return _judge(record, found, "langue de la fiche absente", "language of the record missing")


@rule(
    "iso19139/language/resource",
    breaks=with_code("//gmd:MD_DataIdentification/gmd:language/gmd:LanguageCode", "fr"),
)
def resource_language(record: Record, today: str) -> Verdict:
    """Wrong in 30 % of French records, says the guide of the national validator."""
    if record.is_service:
        return inapplicable("sans objet pour un service", "not applicable to a service")
    return _judge(
        record, record.languages, "langue de la ressource absente", "language of the resource missing"
    )


def _judge(record: Record, found: Sequence[etree._Element], fr: str, en: str) -> Verdict:
    if not found:
        return failed(fr, en, at=place(record.root), code="missing")
    return next((verdict for verdict in map(_wrong, found) if verdict), PASSED)


def _wrong(prop: etree._Element) -> Verdict | None:
    inner = next(prop.iterchildren("*"), None)
    value = "" if inner is None else inner.get("codeListValue", "").strip()
    if inner is None or not value:
        said = "" if inner is None else (inner.text or "").strip()
        fr = f"la langue est un texte libre « {said} » au lieu d'un LanguageCode avec codeListValue"
        en = f"the language is free text “{said}” instead of a LanguageCode with codeListValue"
        return failed(fr, en, at=place(prop), code="language-not-coded")
    if value in LANGUAGES:
        return None
    wanted = TERMINOLOGICAL.get(value, "")
    hint_fr, hint_en = (f" : écrire « {wanted} »", f": write “{wanted}”") if wanted else ("", "")
    fr = f"« {value} » n'est pas un code ISO 639-2/B à trois lettres{hint_fr}"
    return failed(
        fr,
        f"“{value}” is not a three-letter ISO 639-2/B code{hint_en}",
        at=place(prop),
        code="unknown-language",
    )
