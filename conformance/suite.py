"""The official suite: fetch it from Maven Central, run it, read what it says (TestNG)."""

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

VERSION = "1.9"
ARTIFACT = f"org.opengis.cite:ets-ogcapi-features10:{VERSION}:jar:aio"
MAIN = "org.opengis.cite.ogcapifeatures10.TestNGController"
KEPT = Path("var/conformance")


class Unavailable(Exception):
    """The suite cannot be had on this machine; the message says why."""


@dataclass(frozen=True, slots=True)
class OfficialTest:
    """One test method of the suite; `verdict` is PASS, FAIL or SKIP, the worst of its invocations."""

    name: str
    verdict: str
    message: str = ""


def jar() -> Path | str:
    """Return the suite: `ETS_JAR` (a jar or a classpath), what an earlier run kept, or what Maven Central gives."""
    named = os.environ.get("ETS_JAR", "")
    if os.pathsep in named:
        return named
    kept = Path(named) if named else KEPT / f"ets-ogcapi-features10-{VERSION}-aio.jar"
    if not kept.is_file():
        _fetch()
    if not kept.is_file():
        raise Unavailable(f"{kept} is not there")
    if shutil.which("java") is None:
        raise Unavailable("java is not installed (Debian: default-jre-headless)")
    return kept


def _fetch() -> None:
    if shutil.which("mvn") is None:
        raise Unavailable("mvn is not installed (Debian: maven), and ETS_JAR names no suite")
    KEPT.mkdir(parents=True, exist_ok=True)
    command = [
        "mvn",
        "-q",
        "-B",
        "dependency:copy",
        f"-Dartifact={ARTIFACT}",
        f"-DoutputDirectory={KEPT.absolute()}",
    ]
    done = subprocess.run(  # noqa: S603 - our own command
        command, capture_output=True, text=True, check=False, timeout=600, cwd=tempfile.gettempdir()
    )
    if done.returncode:
        raise Unavailable(
            f"Maven Central does not give {ARTIFACT}; name the file in ETS_JAR to use another copy"
        )


def run(suite: Path | str, url: str, collections: int, folder: Path) -> list[OfficialTest]:
    """Run the suite against a landing page; return its tests."""
    folder.mkdir(parents=True, exist_ok=True)
    properties = folder / "props.xml"
    properties.write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<!DOCTYPE properties SYSTEM "http://java.sun.com/dtd/properties.dtd">\n'
        f'<properties><entry key="iut">{url}</entry><entry key="noofcollections">{collections}</entry></properties>\n',
        "utf-8",
    )
    program = ["-jar", str(suite.absolute())] if isinstance(suite, Path) else ["-cp", suite, MAIN]
    command = ["java", *program, "-o", str(folder), str(properties)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=1200)  # noqa: S603 - our own command
    results = sorted(folder.rglob("testng-results.xml"))
    if not results:
        raise Unavailable(f"the suite wrote no result: {(done.stderr or done.stdout)[-400:]}")
    return read(results[-1].read_bytes())


def read(results: bytes) -> list[OfficialTest]:
    """Read testng-results.xml: one test per class and method, configuration methods left out."""
    found: dict[str, OfficialTest] = {}
    order = ("FAIL", "PASS", "SKIP")
    for method in etree.fromstring(results).iter("test-method"):
        if method.get("is-config") == "true":
            continue
        owner = method.getparent()
        name = f"{(owner.get('name') or '').rsplit('.', 1)[-1]}.{method.get('name')}"
        said = " ".join("".join(message.itertext()).strip() for message in method.iter("message"))
        test = OfficialTest(name, method.get("status", "SKIP"), said[:300])
        if name not in found or order.index(test.verdict) < order.index(found[name].verdict):
            found[name] = test
    return list(found.values())
