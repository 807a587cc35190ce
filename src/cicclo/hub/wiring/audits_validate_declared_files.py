"""An audit validates the files that a platform says to follow a schema: joins validation to the audit.

The file and its schema are asked for by the audit's own transport, so both are in the evidence: a replay validates the
same bytes and gives the same verdicts. Personal addresses in them are pseudonymised before, as in any answer.
"""

import asyncio
import re
import tempfile
from collections.abc import AsyncIterator, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cicclo.kernel.errors import CiccloError
from cicclo.kernel.text import Text
from cicclo.probes.check import check
from cicclo.probes.declared import Declared, of_collection, of_dataset, of_udata
from cicclo.probes.errors import Missing
from cicclo.probes.examples.site import Site
from cicclo.probes.model import Outcome, Verdict, cannot_tell, failed, passed, untested
from cicclo.probes.protocols._rdf import Resource
from cicclo.probes.protocols.dcat import Dcat
from cicclo.probes.protocols.ogcapi import Collection, OgcApi
from cicclo.probes.protocols.udata import Udata
from cicclo.probes.session import Ask
from cicclo.web.outgoing import Answer
from cicclo.web.outgoing.model import FAILURE_TEXTS

if TYPE_CHECKING:
    from cicclo.validation.catalogue import Found
    from cicclo.validation.model import Fault, Report

REQUIREMENT = "data/declared-schema/met"
MOST_BYTES = 32 << 20  # of one file: it stays in the evidence
MOST_FILES = 3  # of one dataset
SHOWN = 3
_TOTAL = re.compile(r"bytes \d+-\d+/(\d+)")
_PAGE_OF_A_SCHEMA = re.compile(
    r"^https?://schema\.data\.gouv\.fr/([\w.-]+/[\w.-]+?)(?:/(latest|v?\d[\w.-]*))?(?:\.html)?/?$"
)
_ENDINGS = {
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "application/geo+json": ".geojson",
    "application/json": ".json",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "application/geopackage+sqlite3": ".gpkg",
    "application/vnd.apache.parquet": ".parquet",
}


def damaged(site: Site) -> Site:
    """The example whose file no longer follows its schema."""
    return site.edit_text("*.csv", "platane", "cèdre")


@check(REQUIREMENT, on="dcat", each="record", breaks=damaged)
async def distributions_meet_their_schema(_dcat: Dcat, dataset: Resource, ask: Ask) -> AsyncIterator[Verdict]:
    async for verdict in _judged(of_dataset(dataset), ask):
        yield verdict


@check(REQUIREMENT, on="udata", each="record", breaks=damaged)
async def resources_meet_their_schema(
    _udata: Udata, document: dict[str, Any], ask: Ask
) -> AsyncIterator[Verdict]:
    async for verdict in _judged(of_udata(document), ask):
        yield verdict


@check(REQUIREMENT, on="ogcapi", each="collection", breaks=damaged, example="ogcapi_declared")
async def enclosures_meet_their_schema(
    _api: OgcApi, collection: Collection, ask: Ask
) -> AsyncIterator[Verdict]:
    async for verdict in _judged(of_collection(collection.document, collection.url), ask):
        yield verdict


async def _judged(files: Iterator[Declared], ask: Ask) -> AsyncIterator[Verdict]:
    """Judge the first files whose declaration leads to a schema; what is declared may be a plain text, or a law."""
    seen = 0
    for declared in islice(dict.fromkeys(files), 4 * MOST_FILES):
        if seen == MOST_FILES:
            break
        found = await _schema(declared, ask)
        if found is not None:
            seen += 1
            yield await _verdict(declared, found, ask)
    if not seen:
        raise Missing("aucun fichier ne déclare de schéma de données", "no file declares a schema of data")


async def _schema(declared: Declared, ask: Ask) -> "Found | None":
    """The schema itself; None when what is declared is no schema that a file can be held against."""
    from cicclo.validation.catalogue import Found, kind_of, parse, shipped  # noqa: PLC0415 - audits start fast

    page = _PAGE_OF_A_SCHEMA.match(declared.schema)
    name, _, version = declared.schema.partition("@")
    if page:
        name, version = page[1], page[2] or ""
    if page or not declared.schema.startswith(("http://", "https://")):
        entry = shipped().get(name)
        address = entry.address(version) if entry else ""
    else:
        name, address = "", declared.schema
    if not address:
        return None
    answer = await ask.get(address, accept="application/schema+json, application/json;q=0.9, */*;q=0.1")
    if not answer.ok or answer.truncated:
        return None
    try:
        descriptor = parse(answer.body, address)
    except CiccloError:  # a page or a text: it may be meant for people, which is no fault of the file
        return None
    kind = kind_of(descriptor)
    return Found(descriptor, address, kind, name, version) if kind in ("tableschema", "jsonschema") else None


async def _verdict(declared: Declared, found: "Found", ask: Ask) -> Verdict:
    answer = await ask.get(declared.url, range=f"bytes=0-{MOST_BYTES - 1}")
    if answer.status == 416:  # an empty file has no first byte
        answer = await ask.get(declared.url)
    if refusal := _unread(answer, declared):
        return refusal
    return await asyncio.to_thread(_validated, answer, declared, found)


def _unread(answer: Answer, declared: Declared) -> Verdict | None:
    """The verdict on a file that was not had whole; whether links answer is another requirement."""
    at = {"at": declared.url, "facet": declared.url}
    if answer.failure is not None and not answer.truncated:
        text = FAILURE_TEXTS[answer.failure]
        return cannot_tell(text.fr, text.en, code=answer.failure.value, **at)
    total = _TOTAL.match(answer.header("content-range"))
    if answer.truncated or (total and int(total[1]) > answer.length):
        size = MOST_BYTES >> 20
        return untested(
            f"fichier de plus de {size} Mio : le valider avec « cicclo validate »",
            f"file of more than {size} MiB: validate it with `cicclo validate`",
            code="too-large",
            **at,
        )
    if not answer.ok:
        return cannot_tell(
            f"HTTP {answer.status}", f"HTTP {answer.status}", code=f"status-{answer.status}", **at
        )
    return None


def _validated(answer: Answer, declared: Declared, found: "Found") -> Verdict:
    from cicclo.validation.model import Options  # noqa: PLC0415
    from cicclo.validation.validating import validate_file  # noqa: PLC0415

    at = {"at": declared.url, "facet": declared.url}
    with tempfile.TemporaryDirectory(prefix="cicclo-") as folder:
        path = Path(folder) / _name(answer, declared)
        path.write_bytes(answer.body)
        try:
            report = validate_file(path, found, Options()).report
        except CiccloError as error:
            return Verdict(_of_error(error), _worded(error), code=error.slug, **at)
        return _of_report(report, declared, found)


def _of_error(error: CiccloError) -> Outcome:
    """A file that cannot be read breaks its promise; a schema that cannot be used says nothing of the file."""
    return Outcome.FAILED if error.slug == "source-unreadable" else Outcome.CANT_TELL


def _worded(error: CiccloError) -> Text:
    return Text(f"{error.message.fr} [{error.slug}]", f"{error.message.en} [{error.slug}]")


def _of_report(report: "Report", declared: Declared, found: "Found") -> Verdict:
    title = report.schema.title or report.schema.name if report.schema else found.address
    if report.valid:
        return passed(
            f"{report.rows} lignes conformes à {title}",
            f"{report.rows} rows meet {title}",
            at=declared.url,
            facet=declared.url,
        )
    first, counts = _faults(report)
    worst = sorted(counts, key=lambda requirement: -counts[requirement])
    told = [_told(first[requirement], counts[requirement]) for requirement in worst[:SHOWN]]
    least = Text("", "") if report.complete else Text("au moins ", "at least ")
    return failed(
        f"{title} : {least.fr}{report.faults.errors} erreurs – {' ; '.join(each.fr for each in told)}"[:1500],
        f"{title}: {least.en}{report.faults.errors} errors – {'; '.join(each.en for each in told)}"[:1500],
        at=_place(declared.url, first[worst[0]]),
        code=worst[0],
        facet=declared.url,
    )


def _faults(report: "Report") -> "tuple[dict[str, Fault], dict[str, int]]":
    """The first fault and the count of each requirement that is not met."""
    from cicclo.validation.model import Severity  # noqa: PLC0415

    first: dict[str, Fault] = {}
    counts: dict[str, int] = {}
    for fault in report.faults:
        if fault.severity is Severity.ERROR:
            first.setdefault(fault.requirement, fault)
            counts[fault.requirement] = counts.get(fault.requirement, 0) + 1
    return first, counts


def _told(fault: "Fault", count: int) -> Text:
    """One requirement not met: its id, how often, and the first place in words."""
    from cicclo.validation import wording  # noqa: PLC0415

    said = wording.say(fault)
    times = Text(f" ({count} fois)", f" ({count} times)") if count > 1 else Text("", "")
    row = Text(f"ligne {fault.row} : ", f"row {fault.row}: ") if fault.row else Text("", "")
    return Text(
        f"{fault.requirement}{times.fr} {row.fr}{said.fr}", f"{fault.requirement}{times.en} {row.en}{said.en}"
    )


def _place(url: str, fault: "Fault") -> str:
    """The address of a cell or a row (RFC 7111)."""
    if fault.row and fault.position:
        return f"{url}#cell={fault.row},{fault.position}"
    return f"{url}#row={fault.row}" if fault.row else url


def _name(answer: Answer, declared: Declared) -> str:
    """A name whose ending tells how the file is read: the server's, the address's, else what its type says."""
    disposition = re.search(r'filename="?([^";]+)', answer.header("content-disposition"))
    address = answer.url.partition("?")[0].rpartition("/")[2]
    for name in (disposition[1] if disposition else "", address):
        safe = re.sub(r"[^\w.-]+", "_", name.replace("\\", "/").rpartition("/")[2]).strip("._")[-100:]
        if "." in safe:
            return safe
    return "data" + (_ENDINGS.get(answer.media_type) or _ENDINGS.get(declared.media_type) or ".csv")
