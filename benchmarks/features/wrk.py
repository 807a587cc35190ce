"""Load a server with `wrk`: rates, latencies and errors of one list of addresses."""

import json
import os
import re
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass

LUA = r"""
local urls, i = {}, 0
for line in io.lines(os.getenv("URLS")) do urls[#urls+1] = line end
local requests = {}
init = function(args)
  for k = 1, #urls do requests[k] = wrk.format("GET", urls[k], {["Accept-Encoding"] = "identity", ["Host"] = wrk.host .. ":" .. wrk.port}) end
end
request = function() i = i % #requests + 1; return requests[i] end
done = function(summary, latency, _)
  io.write(string.format('JSON{"n":%d,"us":%d,"bytes":%d,"p50":%.3f,"p99":%.3f,"bad":%d}\n', summary.requests, summary.duration,
    summary.bytes, latency:percentile(50)/1000, latency:percentile(99)/1000,
    summary.errors.status + summary.errors.timeout + summary.errors.connect + summary.errors.read + summary.errors.write))
end
"""


@dataclass(frozen=True)
class Rate:
    """Requests a second; latencies in milliseconds; `bad` are errors and time-outs."""

    rps: float
    p50: float
    p99: float
    bad: int
    bytes: float


def load(host: str, paths: Sequence[str], seconds: int, connections: int = 8) -> Rate:
    """Ask for `paths`, one after the other, over `connections`, for a while. `host` is http://address:port."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script, tempfile.NamedTemporaryFile("w") as list_:
        script.write(LUA)
        script.flush()
        list_.write("\n".join(paths) + "\n")
        list_.flush()
        command = [
            "wrk",
            "-t1",
            f"-c{connections}",
            f"-d{seconds}s",
            "--timeout",
            "60s",
            "-s",
            script.name,
            host,
        ]
        done = subprocess.run(
            command, env={**os.environ, "URLS": list_.name}, capture_output=True, text=True, check=False
        )
    found = re.search(r"JSON(\{.*\})", done.stdout)
    if not found:
        msg = f"wrk said nothing: {done.stdout[-300:]} {done.stderr[-300:]}"
        raise RuntimeError(msg)
    raw = json.loads(found.group(1))
    return Rate(
        raw["n"] / (raw["us"] / 1e6), raw["p50"], raw["p99"], raw["bad"], raw["bytes"] / max(1, raw["n"])
    )
