"""Run in the reference's own environment: reference.py DATA SCHEMA LIMIT OUT; LIMIT 0 lifts Validata's cap of errors.

Prints one line of JSON: seconds of the call (imports left out), errors. Writes the errors and warnings to OUT.
"""

import json
import sys
import time
import warnings

warnings.filterwarnings("ignore")

import frictionless  # noqa: E402
import frictionless.settings as settings  # noqa: E402, PLR0402

data, schema, limit, out = sys.argv[1:]
if limit == "0":
    settings.DEFAULT_LIMIT_ERRORS = 10**9
    whole = frictionless.validate
    frictionless.validate = lambda *given, **named: whole(*given, **{**named, "limit_errors": 10**9})

from validata_core import validate  # noqa: E402

with open(schema, encoding="utf-8") as document:  # noqa: PTH123
    descriptor = json.load(document)
begun = time.perf_counter()
report = validate(data, descriptor)
spent = time.perf_counter() - begun
with open(out, "w", encoding="utf-8") as written:  # noqa: PTH123
    json.dump(report.to_dict(), written, ensure_ascii=False, default=str)
status = open("/proc/self/status", encoding="ascii").read()  # noqa: PTH123, SIM115
highest = int(status.partition("VmHWM:")[2].split()[0]) * 1024  # getrusage would count what our parent held
print(
    json.dumps({"seconds": spent, "errors": len(report.errors), "rows": report.stats.rows, "memory": highest})
)
