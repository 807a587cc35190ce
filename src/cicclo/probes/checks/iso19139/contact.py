"""Who answers for the data (M12, M24): organisation, role, an address that outlives people."""

import re

from cicclo.probes.checks.iso19139._rule import (
    NO_CONTACT,
    PASSED,
    edited,
    rule,
    with_code,
    with_text,
    without,
)
from cicclo.probes.iso.parts import Contact
from cicclo.probes.iso.record import Record
from cicclo.probes.iso.vocabulary import ROLES
from cicclo.probes.iso.xml import place
from cicclo.probes.model import Verdict, failed
from cicclo.web.outgoing.redaction import PERSON_MARK, is_personal

_EMAIL = re.compile(r"^[^@\s]+@[^@\s.]+(\.[^@\s.]+)+$")
_ROLE_PLACES = ("contact", "pointOfContact")


def _main(record: Record) -> list[Contact]:
    """Contacts of the record and of the resource; those cited elsewhere (thesauri, steps) are not judged."""
    return [contact for contact in record.contacts if contact.about in _ROLE_PLACES]


@rule("iso19139/contact/organisation", breaks=without("//gmd:pointOfContact//gmd:organisationName"))
def organisation(record: Record, today: str) -> Verdict:
    contacts = _main(record)
    for about, fr, en in (
        ("contact", "de la fiche", "of the record"),
        ("pointOfContact", "de la ressource", "of the resource"),
    ):
        if not any(contact.about == about for contact in contacts):
            return failed(f"aucun contact {fr}", f"no contact {en}", at=place(record.root), code="missing")
    for contact in contacts:
        if not contact.organisation:
            fr = "contact sans nom d'organisation"
            return failed(
                fr, "contact without an organisation name", at=place(contact.element), code="no-organisation"
            )
    return PASSED


@rule(
    "iso19139/contact/email",
    breaks=edited("//gmd:pointOfContact//gmd:electronicMailAddress", lambda e: e.getparent().remove(e)),
)
def email(record: Record, today: str) -> Verdict:
    contacts = _main(record)
    if not contacts:
        return NO_CONTACT
    for contact in contacts:
        if not contact.emails:
            return failed(
                "contact sans adresse électronique",
                "contact without an e-mail address",
                at=place(contact.element),
                code="no-email",
            )
        wrong = [address for address in contact.emails if not _EMAIL.match(address)]
        if wrong:
            fr, en = f"adresse incorrecte « {wrong[0]} »", f"incorrect address “{wrong[0]}”"
            return failed(fr, en, at=place(contact.element), code="bad-email")
    return PASSED


@rule(
    "iso19139/contact/no-personal-data",
    breaks=with_text(
        "//gmd:pointOfContact//gmd:electronicMailAddress/gco:CharacterString", "jeanne.exemple@good.example"
    ),
)
def no_personal_data(record: Record, today: str) -> Verdict:
    """People leave: a name and a personal address in a public record are also personal data (GDPR)."""
    if not record.contacts:
        return NO_CONTACT
    for contact in record.contacts:
        if any(_is_person(address) for address in contact.emails):
            fr = "adresse électronique d'une personne au lieu d'une adresse de service"
            return failed(
                fr,
                "a person's e-mail address instead of a service's",
                at=place(contact.element),
                code="personal-email",
            )
    return PASSED


def _is_person(address: str) -> bool:
    local = address.partition("@")[0]
    return local.startswith(PERSON_MARK) or is_personal(local.encode())


@rule("iso19139/contact/role", breaks=with_code("//gmd:pointOfContact//gmd:CI_RoleCode", "responsable"))
def role(record: Record, today: str) -> Verdict:
    contacts = _main(record)
    if not contacts:
        return NO_CONTACT
    for contact in contacts:
        if contact.role not in ROLES:
            fr, en = (
                f"rôle « {contact.role} » hors de CI_RoleCode",
                f"role “{contact.role}” not in CI_RoleCode",
            )
            return failed(
                fr, en, at=place(contact.element), code="unknown-role" if contact.role else "no-role"
            )
    return PASSED
