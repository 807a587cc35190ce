"""Records judged per second, against OWSLib's reader parsing the same bytes in the same run, in one process.

    python benchmarks/metadata_rules.py [--records 10000] [--json]

Both columns start from bytes: ours parses a record and runs every rule that needs no request; OWSLib parses it and
builds its MD_Metadata. Records are made from real ones (captures of French catalogues where they are at hand, else
the two shipped examples), with an identifier and a title of their own.
"""

import argparse
import json
import sys
import time
import warnings
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from lxml import etree

from cicclo.probes.checks import iso19139
from cicclo.probes.checks.iso19139._rule import RULES
from cicclo.probes.documents import parser
from cicclo.probes.examples.iso19139 import document
from cicclo.probes.iso.record import Record, roots

CAPTURES = Path(__file__).resolve().parents[2] / "shared" / "data"
TODAY = "2026-11-01"
BATCH = 250


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--records", type=int, default=10_000)
    options.add_argument("--json", action="store_true")
    said = options.parse_args()
    result = measure(list(seeds()), said.records)
    print(json.dumps(result) if said.json else sentence(result))
    return 0 if result["ratio"] >= 1 and result["cicclo_records_per_second"] >= 1000 else 1


def sentence(result: dict[str, float | int | str]) -> str:
    return (
        f"{result['records']} records ({result['mean_bytes']} bytes on average, from {result['seeds']} real ones), "
        f"{result['rules']} rules: {result['cicclo_records_per_second']} records/s; "
        f"OWSLib {result['owslib_version']} reads {result['owslib_records_per_second']} records/s; ratio {result['ratio']}"
    )


def seeds() -> Iterable[bytes]:
    """ISO 19139 records (OWSLib's MD_Metadata reads that form)."""
    found = (
        [record for file in sorted(CAPTURES.rglob("*.xml")) for record in records_in(file)]
        if CAPTURES.is_dir()
        else []
    )
    return found or [document("dataset"), document("service")]


def records_in(file: Path) -> Iterable[bytes]:
    body = file.read_bytes()
    if b"MD_Metadata" not in body or "standards" in file.parts:
        return
    try:
        tree = etree.fromstring(body, parser())
    except etree.XMLSyntaxError:
        return
    for root in roots(tree):
        if Record(root).kind == "gmd":
            yield etree.tostring(root, encoding="UTF-8", xml_declaration=True, with_tail=False)


def vary(seed: bytes, number: int) -> bytes:
    """The same record with its own identifier and title."""
    record = Record(etree.fromstring(seed))
    for element, text in (
        (record.top("fileIdentifier"), f"record-{number}"),
        (title(record), f"Title {number}"),
    ):
        if element is not None and len(element):
            element[0].text = text
    return etree.tostring(record.root, encoding="UTF-8", xml_declaration=True)


def title(record: Record) -> etree._Element | None:
    return None if record.citation is None else record.citation.find("{*}title")


def measure(originals: list[bytes], total: int) -> dict[str, float | int | str]:
    """Alternate between the two over batches, so that both live through the same moments of the machine."""
    import owslib
    from owslib.iso import MD_Metadata

    warnings.simplefilter("ignore")
    load_rules()
    rules, reader = list(RULES.values()), parser()
    ours = peers = 0.0
    size = 0
    for start in range(0, total, BATCH):
        bodies = [vary(originals[n % len(originals)], n) for n in range(start, min(start + BATCH, total))]
        size += sum(map(len, bodies))
        ours += timed(lambda body: judge(Record(etree.fromstring(body, reader)), rules), bodies)
        peers += timed(lambda body: MD_Metadata(etree.fromstring(body)), bodies)
    return {
        "records": total,
        "seeds": len(originals),
        "mean_bytes": size // total,
        "rules": len(rules),
        "cicclo_records_per_second": round(total / ours),
        "owslib_records_per_second": round(total / peers),
        "owslib_version": owslib.__version__,
        "ratio": round(peers / ours, 2),
    }


def load_rules() -> None:
    for module in iter_modules(iso19139.__path__):
        import_module(f"{iso19139.__name__}.{module.name}")


def judge(record: Record, rules: list[Callable[[Record, str], object]]) -> None:
    for rule in rules:
        verdicts = rule(record, TODAY)
        if hasattr(verdicts, "__next__"):
            list(verdicts)


def timed(work: Callable[[bytes], object], bodies: list[bytes]) -> float:
    begin = time.process_time()
    for body in bodies:
        work(body)
    return time.process_time() - begin


if __name__ == "__main__":
    sys.exit(main())
