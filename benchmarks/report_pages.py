"""Time and size of each page of the report of a very large audit: `python -m benchmarks.report_pages [--json] [FINDINGS]`.

The findings are synthetic, shaped as those of a platform of hundreds of services whose layers all fail alike.
"""

import json
import sys
import tempfile
import time
from pathlib import Path

from starlette.testclient import TestClient

from cicclo.hub.app import asgi
from cicclo.hub.settings import Settings
from cicclo.kernel.text import Text
from cicclo.probes.model import ClientRun, Endpoint, Finding, Options, Outcome, Report, Standing, Step
from cicclo.probes.platforms import Platform
from cicclo.probes.settings import Settings as AuditSettings
from cicclo.probes.store import Store
from cicclo.probes.summary import summarise
from cicclo.requirements import library
from cicclo.web.outgoing import Answer, Request

ENDPOINTS = 300
OUTCOMES = (Outcome.FAILED, Outcome.PASSED, Outcome.PASSED, Outcome.CANT_TELL, Outcome.INAPPLICABLE)
PROOF = Request.of("GET", "https://big.example/wms-0?REQUEST=GetCapabilities")
PLATFORM = "big"


def findings(count: int, shift: int = 0) -> list[Finding]:
    """Every requirement of services, over many services and layers; `shift` changes some outcomes."""
    wanted = sorted(rid for rid in library() if rid.startswith(("http/", "wms/", "wfs/", "csw/", "ogcapi")))
    return [_finding(n, wanted, shift) for n in range(count)]


def _finding(number: int, wanted: list[str], shift: int) -> Finding:
    kind = number % ENDPOINTS
    message = Text(
        f"la couche couche-{number} n'est pas dessinée en EPSG:3857 : HTTP 500",
        f"layer couche-{number} is not drawn in EPSG:3857: HTTP 500",
    )
    return Finding(
        requirement=wanted[(number // ENDPOINTS) % len(wanted)],
        endpoint=f"https://big.example/wms-{kind}",
        protocol="wms",
        outcome=OUTCOMES[(number + (shift if number % 3 == 0 else 0)) % len(OUTCOMES)],
        standing=Standing.BINDING,
        message=message,
        at=f"https://big.example/wms-{kind}?REQUEST=GetMap&LAYERS=couche-{number}",
        subject=f"couche-{number}",
        evidence=(PROOF.key,),
    )


def report(count: int, shift: int = 0) -> Report:
    endpoints = [
        Endpoint("wms", f"https://big.example/wms-{n}", "link", f"Service {n}", "1.3.0")
        for n in range(ENDPOINTS)
    ]
    runs = [
        ClientRun(client, "1", "replay", endpoint.url, endpoint.protocol, (Step("open", Outcome.PASSED),))
        for endpoint in endpoints
        for client in ("gdal", "qgis", "owslib", "geonetwork")
    ]
    return Report(
        ("https://big.example/",), Options(today="2026-11-01"), started="2026-11-01T00:00:00+00:00",
        finished=f"2026-11-0{1 + bool(shift)}T01:00:00+00:00", tool="cicclo bench", endpoints=endpoints,
        findings=findings(count, shift), clients=runs, requests=count,
    )  # fmt: skip


def fill(store: Store, count: int) -> tuple[str, str]:
    """Keep two audits of the same platform; return their names."""
    store.add_platform(
        Platform(PLATFORM, "Grande plateforme", "", "https://big.example/", ()), ["https://big.example/"]
    )
    names = []
    for shift in (0, 1):
        made = report(count, shift)
        counts = {outcome.value: number for outcome, number in summarise(made).outcomes.items()}
        answer = Answer(request=PROOF, url=PROOF.url, status=200, body=b"<WMS_Capabilities/>")
        names.append(store.keep(PLATFORM, made, [answer], counts).id)
    return names[0], names[1]


def pages(before: str, after: str) -> dict[str, str]:
    """Every page of the report, and the answers for machines."""
    return {
        "report": f"/audits/{after}",
        "family": f"/audits/{after}/familles/wms",
        "family, one outcome": f"/audits/{after}/familles/http?outcome=failed",
        "exchange": f"/audits/{after}/echanges/{PROOF.key}",
        "difference": f"/audits/difference?before={before}&after={after}",
        "platform": f"/plateformes/{PLATFORM}",
        "requirement": "/exigences/wms/layers/bbox",
        "progress": f"/audits/{after}/avancement",
        "badge": f"/badges/{PLATFORM}.svg",
        "api audit": f"/api/audits/{after}",
        "api findings": f"/api/audits/{after}/findings",
        "report.html": f"/api/audits/{after}/report.html",
    }


def measure(client: TestClient, address: str) -> dict[str, float]:
    client.get(address)
    start = time.perf_counter()
    answer = client.get(address)
    spent = time.perf_counter() - start
    return {
        "status": answer.status_code,
        "seconds": round(spent, 3),
        "kilobytes": round(len(answer.content) / 1024, 1),
    }


def main() -> None:
    counts = [argument for argument in sys.argv[1:] if argument != "--json"]
    count = int(counts[0]) if counts else 50_000
    with tempfile.TemporaryDirectory() as folder:
        state = str(Path(folder) / "cicclo.sqlite")
        store = Store(state)
        store.migrate()
        before, after = fill(store, count)
        store.close()
        application = asgi(Settings(password="bench only"), AuditSettings(state=state))
        with TestClient(application, headers={"accept": "text/html"}) as client:
            told = {name: measure(client, address) for name, address in pages(before, after).items()}
    result = {"findings": count, "endpoints": ENDPOINTS, "pages": told}
    print(json.dumps(result, indent=None if "--json" in sys.argv else 1))


if __name__ == "__main__":
    main()
