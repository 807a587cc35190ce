"""Run by a sandbox: open a service or a remote file with the GDAL of pyogrio, and print what each step gave.

`_program_gdal.py PROTOCOL URL LAYER`
"""

import json
import sys
import warnings
from collections.abc import Callable
from typing import Any

PREFIXES = {"ogcapi": "OAPIF:", "wfs": "WFS:", "flatgeobuf": "/vsicurl/"}
OPTIONS = {"ogcapi": {"PAGE_SIZE": 2}}


def attempt(step: str, action: Callable[[], tuple[Any, str]]) -> Any:
    """Try one step, print its outcome, and stop the program where GDAL gives up."""
    try:
        result, said = action()
    except Exception as error:  # noqa: BLE001 - whatever the client raises is what its user would see
        print(json.dumps({"step": step, "outcome": "failed", "said": f"{type(error).__name__}: {error}"}))  # noqa: T201
        sys.exit(0)
    print(json.dumps({"step": step, "outcome": "passed", "said": said}), flush=True)  # noqa: T201
    return result


def main() -> None:
    """List layers, describe one, read five features by pages of two."""
    import pyogrio  # noqa: PLC0415 - absent where the client is not installed

    warnings.simplefilter("ignore")
    protocol, url, wanted = sys.argv[1:4]
    source = PREFIXES[protocol] + url

    def names() -> tuple[list[str], str]:
        found = [str(row[0]) for row in pyogrio.list_layers(source)]
        if not found:
            msg = "no layer"
            raise ValueError(msg)
        return found, str(len(found))

    found = attempt("open", names)
    layer = wanted if wanted in found else found[0]

    def info() -> tuple[Any, str]:
        described = pyogrio.read_info(source, layer=layer, force_feature_count=protocol != "ogcapi")
        return (
            described,
            f"{layer} · {described['geometry_type']} · {described['crs']} · {len(described['fields'])}",
        )

    attempt("describe", info)

    def read() -> tuple[None, str]:
        fields = pyogrio.raw.read(source, layer=layer, max_features=5, **OPTIONS.get(protocol, {}))
        return None, str(len(fields[2]) if fields[2] is not None else len(fields[3][0]) if fields[3] else 0)

    attempt("read", read)


if __name__ == "__main__":
    main()
