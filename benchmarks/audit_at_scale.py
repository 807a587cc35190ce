"""Audit of a simulated platform (1,000 collections, 1,000 WMS layers, 1,000 WFS types, 20 ms answers).

The audit runs in a process of its own with a given concurrency; then a bare asynchronous client (httpx2, the
library the audit itself stands on) fetches exactly the same requests with the same concurrency, reading and
dropping every body. Printed: wall times, their ratio (target ≤ 1.5), peak memory of the audit (target ≤ 200 MB).
"""

import argparse
import asyncio
import json
import multiprocessing
import resource
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def audit_once(port: int, concurrency: int, spool: str) -> dict[str, Any]:
    """Audit everything; return wall time (s), peak memory (MB) and counts."""
    from cicclo.probes.actions import USER_AGENT, audit
    from cicclo.probes.evidence import Spool
    from cicclo.probes.model import Options
    from cicclo.web.outgoing import AddressPolicy, LiveTransport, Pace

    paths = (
        "ogcapi/",
        "wms/wms?SERVICE=WMS&REQUEST=GetCapabilities",
        "wfs/wfs?SERVICE=WFS&REQUEST=GetCapabilities",
    )
    targets = [f"http://127.0.0.1:{port}/{path}" for path in paths]

    async def run() -> Any:
        transport = LiveTransport(
            user_agent=USER_AGENT,
            pace=Pace(concurrency, 0, robots=False),
            addresses=AddressPolicy(allow_private=True),
        )
        options = Options(
            sample=0, concurrency=concurrency, max_requests=10**6, clients=False, real_clients=False
        )
        try:
            return await audit(targets, transport=transport, evidence=Spool(spool), options=options)
        finally:
            await transport.aclose()

    started = time.perf_counter()
    report = asyncio.run(run())
    seconds = time.perf_counter() - started
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    subjects = len({(f.protocol, f.subject) for f in report.findings if f.subject})
    return {
        "seconds": seconds,
        "memory_mb": memory,
        "requests": report.requests,
        "findings": len(report.findings),
        "subjects": subjects,
    }


def bare_once(concurrency: int, spool: str) -> dict[str, Any]:
    """Fetch the same requests with nothing around them."""
    import httpx2

    from cicclo.probes.actions import USER_AGENT
    from cicclo.probes.evidence import Spool

    requests = [answer.request for answer in Spool(spool)]

    async def run() -> None:
        queue = iter(requests)
        async with httpx2.AsyncClient(
            headers={"user-agent": USER_AGENT}, trust_env=False, timeout=30
        ) as client:

            async def worker() -> None:
                for request in queue:
                    await client.request(
                        request.method,
                        request.url,
                        headers=dict(request.headers),
                        content=request.body or None,
                    )

            await asyncio.gather(*(worker() for _ in range(concurrency)))

    started = time.perf_counter()
    asyncio.run(run())
    return {"seconds": time.perf_counter() - started, "requests": len(requests)}


def isolated(function: Any, *arguments: Any) -> dict[str, Any]:
    """Run in a fresh process, so that memory and warm caches are its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        result: dict[str, Any] = pool.apply(function, arguments)
        return result


def wait(port: int) -> None:
    """Wait until the platform answers."""
    for _ in range(200):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/ogcapi/", timeout=5).close()
        except urllib.error.URLError:
            time.sleep(0.1)
        else:
            return
    sys.exit("the simulated platform did not start")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--concurrency", type=int, default=8)
    options = parser.parse_args()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, str(HERE / "simulated_platform.py"), str(port), str(options.count), "20"]
    )
    try:
        wait(port)
        with tempfile.TemporaryDirectory() as folder:
            spool = str(Path(folder) / "spool.sqlite")
            audit = isolated(audit_once, port, options.concurrency, spool)
            bare = isolated(bare_once, options.concurrency, spool)
    finally:
        server.terminate()
        server.wait(10)
    figures = {
        "concurrency": options.concurrency,
        "audit": audit,
        "bare": bare,
        "ratio": audit["seconds"] / bare["seconds"],
    }
    if options.json:
        print(json.dumps(figures))
        return
    print(
        f"audit  {audit['seconds']:.1f} s, {audit['requests']} requests, {audit['findings']} findings on {audit['subjects']} members, peak {audit['memory_mb']:.0f} MB"
    )
    print(f"bare   {bare['seconds']:.1f} s, {bare['requests']} requests")
    print(
        f"ratio  {figures['ratio']:.2f} (target 1.5); memory target 200 MB; concurrency {options.concurrency}"
    )


if __name__ == "__main__":
    main()
