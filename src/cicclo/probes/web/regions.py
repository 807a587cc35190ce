"""Names of regions by INSEE code (COG 2026: the codes of the registry)."""

NAMES = {
    "FR": "France",
    "01": "Guadeloupe",
    "02": "Martinique",
    "03": "Guyane",
    "04": "La Réunion",
    "06": "Mayotte",
    "11": "Île-de-France",
    "24": "Centre-Val de Loire",
    "27": "Bourgogne-Franche-Comté",
    "28": "Normandie",
    "32": "Hauts-de-France",
    "44": "Grand Est",
    "52": "Pays de la Loire",
    "53": "Bretagne",
    "75": "Nouvelle-Aquitaine",
    "76": "Occitanie",
    "84": "Auvergne-Rhône-Alpes",
    "93": "Provence-Alpes-Côte d’Azur",
    "94": "Corse",
    "975": "Saint-Pierre-et-Miquelon",
}


def region_name(code: str) -> str:
    """Return the name, or the code itself when it is not one we know."""
    return NAMES.get(code, code)
