"""Limits on access and conditions of use (M11): two blocks, anchors, a licence of the accepted list."""

from lxml import etree

from cicclo.probes.checks.iso19139._rule import NOT_INSPIRE, PASSED, edited, rule, with_href
from cicclo.probes.iso.parts import Constraint
from cicclo.probes.iso.record import Record
from cicclo.probes.iso.vocabulary import (
    ACCESS_LIMITS,
    ACCESS_LIST,
    UNKNOWN_CONDITIONS,
    is_licence,
    says_licence,
)
from cicclo.probes.iso.xml import Words, place
from cicclo.probes.model import Verdict, failed


def _merge(root: etree._Element) -> None:
    first, second = root.iter("{*}MD_LegalConstraints")
    first.insert(1, second[0])


@rule("iso19139/constraints/two-blocks", breaks=edited(".", _merge))
def two_blocks(record: Record, today: str) -> Verdict:
    """A mixed block copies each text to both sides once converted to DCAT (ecolabdata/ecospheres-xslt)."""
    if not record.constraints:
        return failed("aucune contrainte légale", "no legal constraints", at=_where(record), code="missing")
    for block in record.constraints:
        if block.access and block.use:
            fr = "contraintes d'accès et d'usage mêlées dans un même bloc"
            return failed(
                fr,
                "constraints on access and on use mixed in one block",
                at=place(block.element),
                code="mixed-block",
            )
    return PASSED


def _where(record: Record) -> str:
    return place(record.identification if record.identification is not None else record.root)


def _as_text(element: etree._Element) -> None:
    element.tag = "{http://www.isotc211.org/2005/gco}CharacterString"
    element.attrib.clear()


@rule(
    "iso19139/constraints/public-access",
    breaks=edited("//gmx:Anchor[contains(@xlink:href, 'LimitationsOnPublicAccess')]", _as_text),
)
def public_access(record: Record, today: str) -> Verdict:
    """The most frequent fault of French records (30 %), says the guide of the national validator."""
    if not record.is_inspire:
        return NOT_INSPIRE
    blocks = [block for block in record.constraints if block.access]
    if not blocks:
        fr = "aucune limitation d'accès public (accessConstraints)"
        return failed(
            fr, "no limitation on public access (accessConstraints)", at=_where(record), code="missing"
        )
    listed = [
        (words, block) for block in blocks for words in block.others if ACCESS_LIST in words.href.lower()
    ]
    if not listed:
        fr = "aucune ancre vers la liste INSPIRE LimitationsOnPublicAccess"
        return failed(
            fr,
            "no anchor to the INSPIRE list LimitationsOnPublicAccess",
            at=place(blocks[0].element),
            code="access-not-anchored",
        )
    return next((fault for words, block in listed if (fault := _access_fault(words, block))), PASSED)


def _access_fault(words: Words, block: Constraint) -> Verdict | None:
    if "otherRestrictions" not in block.access:
        fr = f"accessConstraints vaut « {', '.join(block.access)} » au lieu de « otherRestrictions »"
        en = f"accessConstraints is “{', '.join(block.access)}” instead of “otherRestrictions”"
        return failed(fr, en, at=place(block.element), code="wrong-restriction")
    if ACCESS_LIMITS.match(words.href):
        return None
    fr = f"« {words.href} » n'est pas dans la liste LimitationsOnPublicAccess"
    return failed(
        fr,
        f"“{words.href}” is not in the list LimitationsOnPublicAccess",
        at=place(block.element),
        code="unknown-limitation",
    )


@rule("iso19139/constraints/licence", breaks=edited("//gmx:Anchor[contains(@xlink:href, 'spdx')]", _as_text))
def licence(record: Record, today: str) -> Verdict:
    """Only an anchor becomes dct:license; a text becomes a right that no one compares."""
    anchored = [words for words in record.conditions if words.href]
    if any(is_licence(words.href) for words in anchored):
        return PASSED
    texts = [words.text for words in record.conditions if says_licence(words.text)]
    if texts:
        fr, en = f"licence en texte libre : « {texts[0][:120]} »", f"licence as free text: “{texts[0][:120]}”"
        return failed(fr, en, at=_where(record), code="licence-not-anchored")
    others = [words.href for words in anchored if ACCESS_LIST not in words.href.lower()]
    if others:
        fr, en = (
            f"licence hors de la liste acceptée : {others[0]}",
            f"licence not in the accepted list: {others[0]}",
        )
        return failed(fr, en, at=_where(record), code="licence-unknown")
    return failed("aucune licence", "no licence", at=_where(record), code="missing")


@rule(
    "iso19139/constraints/conditions-known",
    breaks=with_href(
        "//gmx:Anchor[contains(@xlink:href, 'spdx')]",
        "http://inspire.ec.europa.eu/metadata-codelist/ConditionsApplyingToAccessAndUse/conditionsUnknown",
    ),
)
def conditions_known(record: Record, today: str) -> Verdict:
    if not record.is_inspire:
        return NOT_INSPIRE
    conditions = [words for words in record.conditions if ACCESS_LIST not in words.href.lower()]
    if not conditions:
        fr = "aucune condition d'accès et d'utilisation"
        return failed(fr, "no conditions of access and use", at=_where(record), code="missing")
    if any(UNKNOWN_CONDITIONS in words.href.lower() for words in conditions):
        fr = "conditions d'utilisation « inconnues » : à préciser"
        return failed(
            fr, "conditions of use “unknown”: say which", at=_where(record), code="conditions-unknown"
        )
    return PASSED
