"""The kinds of requests that are compared, and their addresses: the same random draw for every server.

Where an address varies there are 400 of them, more than the few queries whose rows our store keeps.
"""

import random
import re
from collections.abc import Mapping
from urllib.parse import quote

CQL = quote("type = 'mairie' AND value > ") + "{value}"
KINDS = {
    "landing": "/?f=json",
    "limit=10": "/collections/{points}/items?limit=10",
    "limit=1000": "/collections/{points}/items?limit=1000",
    "limit=1000 polygons": "/collections/{communes}/items?limit=1000",
    "bbox": "/collections/{points}/items?bbox={bbox}&limit=1000",
    "bbox polygons": "/collections/{communes}/items?bbox={bbox}&limit=1000",
    "item": "/collections/{points}/items/{id}",
    "offset=500000": "/collections/{points}/items?offset=500000&limit=100",
    "code_insee=…": "/collections/{points}/items?code_insee={code}&limit=100",
    "CQL2": "/collections/{points}/items?filter-lang=cql2-text&filter=" + CQL + "&limit=100",
}


def addresses(template: str, names: Mapping[str, str], codes: list[str], count: int = 400) -> list[str]:
    """Paths of one kind; department-sized boxes inside France."""
    draw = random.Random(7)
    varied = re.search(r"\{(bbox|id|code|value)\}", template)
    made = []
    for _ in range(count if varied else 1):
        x, y = draw.uniform(-0.5, 5.0), draw.uniform(43.5, 48.6)
        values = {
            "bbox": f"{x:.3f},{y:.3f},{x + 1.3:.3f},{y + 0.9:.3f}",
            "id": draw.randint(1, 10**6),
            "code": draw.choice(codes),
            "value": f"{draw.uniform(150, 250):.2f}",
        }
        made.append(template.format(**values, **names))
    return made
