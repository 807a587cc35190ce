"""Where French data lie: generous boxes (longitudes and latitudes, WGS 84) around the territories and their waters."""

from typing import NamedTuple


class Span(NamedTuple):
    west: float
    east: float
    south: float
    north: float

    def meets(self, other: "Span") -> bool:
        return (
            self.west <= other.east
            and other.west <= self.east
            and self.south <= other.north
            and other.south <= self.north
        )


# metropolitan waters included; overseas boxes follow the exclusive economic zones, rounded outwards
TERRITORIES = {
    "metropole": Span(-10.5, 10.5, 41.0, 51.6),
    "guadeloupe-martinique": Span(-63.5, -57.0, 13.5, 18.7),
    "guyane": Span(-55.0, -49.0, 2.0, 9.5),
    "reunion": Span(51.0, 59.0, -25.0, -18.0),
    "mayotte-iles-eparses": Span(38.0, 56.0, -24.5, -10.0),
    "saint-pierre-et-miquelon": Span(-57.5, -55.8, 43.0, 47.5),
    "polynesie": Span(-159.0, -131.0, -32.0, -4.0),
    "nouvelle-caledonie": Span(155.0, 175.0, -27.0, -14.0),
    "wallis-et-futuna": Span(-180.0, -174.0, -16.0, -9.5),
    "clipperton": Span(-113.0, -105.5, 6.5, 14.0),
    "terres-australes": Span(44.0, 83.0, -53.5, -34.0),
    "terre-adelie": Span(136.0, 142.0, -90.0, -60.0),
}


def in_france(span: Span) -> bool:
    """Tell whether a box meets a French territory."""
    return any(territory.meets(span) for territory in TERRITORIES.values())
