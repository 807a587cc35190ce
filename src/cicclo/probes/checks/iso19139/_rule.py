"""A rule is a check that needs nothing but the record and the day of the audit: no request, the same verdict for ever."""

from collections.abc import Callable, Iterable
from functools import cache

from lxml import etree

from cicclo.probes import model
from cicclo.probes.check import Breaks, Judged, check
from cicclo.probes.examples.site import Site
from cicclo.probes.iso.record import Record
from cicclo.probes.model import Verdict, passed
from cicclo.probes.protocol import Service
from cicclo.probes.session import Ask

Rule = Callable[[Record, str], Verdict | Iterable[Verdict]]
RULES: dict[str, Rule] = {}
# what rules say of most records is made once: verdicts do not change
inapplicable = cache(model.inapplicable)
PASSED = passed()
NOT_INSPIRE = inapplicable("fiche sans thème INSPIRE", "record without an INSPIRE theme")
NOT_DATA = inapplicable("ni un jeu ni une série de données", "neither a dataset nor a series")
NO_CONTACT = inapplicable("aucun contact", "no contact")
NO_LINK = inapplicable("aucun lien", "no link")
NAMESPACES = {
    "gmd": "http://www.isotc211.org/2005/gmd",
    "gco": "http://www.isotc211.org/2005/gco",
    "gmx": "http://www.isotc211.org/2005/gmx",
    "gml": "http://www.opengis.net/gml/3.2",
    "srv": "http://www.isotc211.org/2005/srv",
    "xlink": "http://www.w3.org/1999/xlink",
}


def rule(requirement: str, *, breaks: Breaks, example: str = "") -> Callable[[Rule], Rule]:
    """Declare a rule: a check of every record, alone or in a catalogue."""

    def declare(function: Rule) -> Rule:
        async def run(service: Service, record: Record, ask: Ask) -> Judged:
            return function(record, ask.options.today)

        run.__doc__ = function.__doc__
        RULES[requirement] = function
        check(requirement, on=("iso19139", "csw"), each="record", breaks=breaks, example=example)(run)
        return function

    return declare


def edited(path: str, edit: Callable[[etree._Element], object]) -> Breaks:
    """Damage every element that an XPath finds; no element is a fault of the proof itself."""

    def damage(root: etree._Element) -> None:
        found = root.xpath(path, namespaces=NAMESPACES)
        if not found:
            msg = f"nothing to damage at {path}"
            raise LookupError(msg)
        for element in found:
            edit(element)

    def breaks(site: Site) -> Site:
        return site.edit_xml("/record.xml", damage)

    return breaks


def without(path: str) -> Breaks:
    return edited(path, lambda element: element.getparent().remove(element))


def with_text(path: str, text: str | None) -> Breaks:
    return edited(path, lambda element: setattr(element, "text", text))


def with_code(path: str, value: str) -> Breaks:
    return edited(path, lambda element: element.set("codeListValue", value))


def with_href(path: str, value: str) -> Breaks:
    return edited(path, lambda element: element.set("{http://www.w3.org/1999/xlink}href", value))
