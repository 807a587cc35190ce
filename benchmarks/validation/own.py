"""One validation in a fresh process: own.py DATA SCHEMA LIMIT OUT [ENGINE]; what `reference.py` prints and writes."""

import json
import sys
import time
from pathlib import Path

from cicclo.validation import actions, schemas
from cicclo.validation.model import Options
from cicclo.validation.reports import REPORTS

data, schema, limit, out, *engine = sys.argv[1:]
descriptor = json.loads(Path(schema).read_text("utf-8"))
begun = time.perf_counter()
options = Options(limit=int(limit), strict=True, engine=engine[0] if engine else "auto")
report = actions.validate(Path(data), schemas.read(descriptor), options)
spent = time.perf_counter() - begun
if out:
    with Path(out).open("wb") as written:
        REPORTS["strict"].write(report, written, "fr")
status = Path("/proc/self/status").read_text("ascii")
highest = int(status.partition("VmHWM:")[2].split()[0]) * 1024  # getrusage would count what our parent held
print(json.dumps({"seconds": spent, "errors": report.faults.errors, "rows": report.rows, "memory": highest}))
