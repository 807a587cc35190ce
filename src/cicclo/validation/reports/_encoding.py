"""JSON of anything that a file may hold."""

import json
from typing import Any

import msgspec

_fast = msgspec.json.Encoder(enc_hook=str).encode


def encode(value: Any) -> bytes:
    """Return JSON; half of a surrogate pair, which UTF-8 cannot carry, is escaped."""
    try:
        return _fast(value)
    except UnicodeEncodeError:
        return json.dumps(value, default=str).encode()
