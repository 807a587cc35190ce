"""Keywords that machines look for (M15): INSPIRE theme, high-value data category."""

from cicclo.probes.checks.iso19139._rule import (
    NOT_INSPIRE,
    PASSED,
    edited,
    inapplicable,
    rule,
    with_href,
    with_text,
)
from cicclo.probes.iso.parts import Keywords
from cicclo.probes.iso.record import Record
from cicclo.probes.iso.vocabulary import (
    HVD_CATEGORIES,
    HVD_LEGISLATION,
    THEME_LABELS,
    fold,
    is_theme,
    is_theme_list,
)
from cicclo.probes.iso.xml import Words, place
from cicclo.probes.model import Verdict, failed

THESAURUS_DATE = "2008-06-01"


@rule(
    "iso19139/keywords/inspire-theme",
    breaks=with_href(
        "//gmx:Anchor[contains(@xlink:href, '/theme/')]", "http://inspire.ec.europa.eu/theme/xx"
    ),
)
def inspire_theme(record: Record, today: str) -> Verdict:
    blocks = [block for block in record.keywords if is_theme_list(block)]
    for block in blocks:
        wrong = [value for value in block.values if not is_theme(value.text, value.href)]
        if wrong:
            fr = f"« {wrong[0].any} » n'est pas un thème INSPIRE"
            return failed(
                fr, f"“{wrong[0].any}” is not an INSPIRE theme", at=place(block.element), code="unknown-theme"
            )
    if blocks:
        return PASSED
    return _uncited(record)


def _uncited(record: Record) -> Verdict:
    """A theme without its thesaurus is a word among others: the record is not seen as in scope."""
    for block in record.keywords:
        for value in block.values:
            if "inspire.ec.europa.eu/theme/" in value.href or (
                not block.thesaurus.any and _only_a_theme(value)
            ):
                fr = f"thème « {value.text} » sans citer le thésaurus « GEMET - INSPIRE themes, version 1.0 »"
                en = (
                    f"theme “{value.text}” without citing the thesaurus “GEMET - INSPIRE themes, version 1.0”"
                )
                return failed(fr, en, at=place(block.element), code="theme-without-thesaurus")
    return NOT_INSPIRE


def _only_a_theme(value: Words) -> bool:
    """One word such as « Altitude » is said by anyone; the long labels are the list's own."""
    return len(value.text) > 24 and fold(value.text) in THEME_LABELS


@rule(
    "iso19139/keywords/thesaurus-date",
    breaks=edited("//gmd:thesaurusName//gco:Date", lambda e: setattr(e, "text", "2020-01-01")),
)
def thesaurus_date(record: Record, today: str) -> Verdict:
    blocks = [block for block in record.keywords if is_theme_list(block)]
    if not blocks:
        return NOT_INSPIRE
    for block in blocks:
        if not any(value.startswith(THESAURUS_DATE) for value in block.thesaurus_dates):
            said = ", ".join(block.thesaurus_dates) or "—"
            fr = f"date du thésaurus INSPIRE : {said} au lieu de {THESAURUS_DATE}"
            return failed(
                fr,
                f"date of the INSPIRE thesaurus: {said} instead of {THESAURUS_DATE}",
                at=place(block.element),
                code="thesaurus-date",
            )
    return PASSED


@rule(
    "iso19139/keywords/hvd-category",
    breaks=with_href("//gmx:Anchor[contains(@xlink:href, '/bna/')]", "http://data.europa.eu/bna/c_0"),
)
def hvd_category(record: Record, today: str) -> Verdict:
    """A high-value dataset is found by its category's URI, not by a label."""
    claims = [
        (value, block) for block in record.keywords for value in block.values if _says_hvd(value, block)
    ]
    if not claims:
        return inapplicable(
            "donnée non signalée de forte valeur (HVD)", "not flagged as a high-value dataset (HVD)"
        )
    if any(value.href.rstrip("/").rpartition("/")[2] in HVD_CATEGORIES for value, _ in claims):
        return PASSED
    value, block = claims[0]
    fr = f"donnée de forte valeur sans catégorie http://data.europa.eu/bna/… reconnue (« {value.any} »)"
    en = f"high-value dataset without a known category http://data.europa.eu/bna/… (“{value.any}”)"
    return failed(fr, en, at=place(block.element), code="hvd-category-unknown")


def _says_hvd(value: Words, block: Keywords) -> bool:
    label = fold(block.thesaurus.text)
    if HVD_LEGISLATION in value.href or "data.europa.eu/bna/" in value.href or "highvaluedataset" in label:
        return True
    return fold(value.text) in {
        "hvd",
        "highvaluedataset",
        "highvaluedatasets",
        "jeudedonneesdefortevaleur",
        "donneesdefortevaleur",
    }


@rule("iso19139/keywords/present", breaks=with_text("//gmd:keyword/*", "-"))
def keywords_present(record: Record, today: str) -> Verdict:
    values = [value.text for block in record.keywords for value in block.values]
    if any(len(fold(value)) > 1 for value in values):
        return PASSED
    return failed("aucun mot-clé", "no keyword", at=place(record.root), code="missing")
