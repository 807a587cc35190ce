"""Words records must take from lists: INSPIRE themes, HVD categories, languages, licences, roles, access limits."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from cicclo.probes.iso.parts import Keywords

# INSPIRE themes: code of http://inspire.ec.europa.eu/theme/<code>, English and French labels (GEMET)
INSPIRE_THEMES = {
    "ac": ("Atmospheric conditions", "Conditions atmosphériques"),
    "ad": ("Addresses", "Adresses"),
    "af": ("Agricultural and aquaculture facilities", "Installations agricoles et aquacoles"),
    "am": (
        "Area management/restriction/regulation zones and reporting units",
        "Zones de gestion, de restriction ou de réglementation et unités de déclaration",
    ),
    "au": ("Administrative units", "Unités administratives"),
    "br": ("Bio-geographical regions", "Régions biogéographiques"),
    "bu": ("Buildings", "Bâtiments"),
    "cp": ("Cadastral parcels", "Parcelles cadastrales"),
    "ef": ("Environmental monitoring facilities", "Installations de suivi environnemental"),
    "el": ("Elevation", "Altitude"),
    "er": ("Energy resources", "Sources d'énergie"),
    "ge": ("Geology", "Géologie"),
    "gg": ("Geographical grid systems", "Systèmes de maillage géographique"),
    "gn": ("Geographical names", "Dénominations géographiques"),
    "hb": ("Habitats and biotopes", "Habitats et biotopes"),
    "hh": ("Human health and safety", "Santé et sécurité des personnes"),
    "hy": ("Hydrography", "Hydrographie"),
    "lc": ("Land cover", "Occupation des terres"),
    "lu": ("Land use", "Usage des sols"),
    "mf": ("Meteorological geographical features", "Caractéristiques géographiques météorologiques"),
    "mr": ("Mineral resources", "Ressources minérales"),
    "nz": ("Natural risk zones", "Zones à risque naturel"),
    "of": ("Oceanographic geographical features", "Caractéristiques géographiques océanographiques"),
    "oi": ("Orthoimagery", "Ortho-imagerie"),
    "pd": ("Population distribution — demography", "Répartition de la population — démographie"),
    "pf": ("Production and industrial facilities", "Lieux de production et sites industriels"),
    "ps": ("Protected sites", "Sites protégés"),
    "rs": ("Coordinate reference systems", "Référentiels de coordonnées"),
    "sd": ("Species distribution", "Répartition des espèces"),
    "so": ("Soil", "Sols"),
    "sr": ("Sea regions", "Régions maritimes"),
    "su": ("Statistical units", "Unités statistiques"),
    "tn": ("Transport networks", "Réseaux de transport"),
    "us": ("Utility and governmental services", "Services d'utilité publique et services publics"),
}
HVD_CATEGORIES = frozenset(
    {"c_ac64a52d", "c_dd313021", "c_164e0bf5", "c_e1da4e07", "c_a9135398", "c_b79e35eb"}
)
HVD_LEGISLATION = "data.europa.eu/eli/reg_impl/2023/138"

# ISO 639-2: bibliographic codes of the languages of the Union and of France's, and the terminological twins to avoid
LANGUAGES = frozenset(
    [
        "bul",
        "cze",
        "dan",
        "dut",
        "eng",
        "est",
        "fin",
        "fre",
        "ger",
        "gle",
        "gre",
        "hrv",
        "hun",
        "ita",
        "lav",
        "lit",
        "mlt",
        "pol",
        "por",
        "rum",
        "slo",
        "slv",
        "spa",
        "swe",
        "bre",
        "cat",
        "cos",
        "baq",
        "oci",
        "gsw",
        "frp",
        "mul",
        "zxx",
        "nor",
        "ice",
        "ara",
        "chi",
        "jpn",
        "rus",
        "ukr",
        "tur",
        "cat",
        "glg",
        "ltz",
        "arc",
        "gcf",
        "gcr",
        "rcf",
        "tah",
        "mis",
        "und",
        "roh",
    ]
)
TERMINOLOGICAL = {
    "fra": "fre", "deu": "ger", "nld": "dut", "ces": "cze", "ell": "gre", "ron": "rum", "slk": "slo", "eus": "baq",
    "isl": "ice", "zho": "chi",
}  # fmt: skip

ROLES = frozenset(
    [
        "resourceProvider",
        "custodian",
        "owner",
        "user",
        "distributor",
        "originator",
        "pointOfContact",
        "principalInvestigator",
        "processor",
        "publisher",
        "author",
        "sponsor",
        "coAuthor",
        "collaborator",
        "editor",
        "mediator",
        "rightsHolder",
        "contributor",
        "funder",
        "stakeholder",
    ]
)

LICENCE_ADDRESSES = (
    "etalab.gouv.fr/licence-ouverte", "etalab.gouv.fr/wp-content/uploads/2017/04/etalab-licence-ouverte",
    "etalab.gouv.fr/wp-content/uploads/2014/05/licence_ouverte", "etalab.gouv.fr/wp-content/uploads/2014/05/open_licence",
    "github.com/etalab/licence-ouverte", "spdx.org/licenses/etalab-2.0", "data.gouv.fr/pages/legal/licences",
    "data.gouv.fr/fr/pages/legal/licences", "opendatacommons.org/licenses/", "spdx.org/licenses/odbl", "spdx.org/licenses/odc-by",
    "spdx.org/licenses/pddl", "creativecommons.org/licenses/by/", "creativecommons.org/licenses/by-sa/",
    "creativecommons.org/publicdomain/", "spdx.org/licenses/cc-by-", "spdx.org/licenses/cc0", "publications.europa.eu/resource/authority/licence/",
    "alliance.numerique.gouv.fr/licence-ouverte", "dcat-ap.de/def/licenses", "www.data.gouv.fr/licences",
)  # fmt: skip
_LICENCE_WORDS = (
    "licence", "license", "open licen", "odbl", "open database", "creative commons", "etalab", "domaine public", "public domain",
)  # fmt: skip
_CC = re.compile(r"\bcc[ -]?(by|0|zero)\b")
NO_CONDITIONS = "conditionsapplyingtoaccessanduse/noconditionsapply"
UNKNOWN_CONDITIONS = "conditionsapplyingtoaccessanduse/conditionsunknown"
ACCESS_LIMITS = re.compile(
    r"^https?://inspire\.ec\.europa\.eu/metadata-codelist/LimitationsOnPublicAccess/(noLimitations|INSPIRE_Directive_Article13_1[a-h])$"
)
ACCESS_LIST = "limitationsonpublicaccess/"


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Letters and digits only, without case or accents: what stays equal between spellings."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9]", "", plain)


THEME_LABELS = frozenset(fold(label) for labels in INSPIRE_THEMES.values() for label in labels)
_THEME_ADDRESS = "inspire.ec.europa.eu/theme/"


def is_theme_list(keywords: Keywords) -> bool:
    """Tell whether a block cites the thesaurus of INSPIRE themes."""
    return "inspirethemes" in fold(keywords.thesaurus.text) or "themesinspire" in fold(
        keywords.thesaurus.text
    )


@lru_cache(maxsize=4096)
def is_theme(text: str, href: str) -> bool:
    if _THEME_ADDRESS in href:
        return href.rstrip("/").rpartition("/")[2] in INSPIRE_THEMES
    return fold(text) in THEME_LABELS


def inspire_themes(blocks: Iterable[Keywords]) -> list[Keywords]:
    """Blocks that put a record in the scope of INSPIRE."""
    return [b for b in blocks if is_theme_list(b) or any(_THEME_ADDRESS in value.href for value in b.values)]


def says_licence(text: str) -> bool:
    """Tell whether a text speaks of a licence (plain searches: an alternation takes ten times as long)."""
    lowered = text.lower()
    return any(word in lowered for word in _LICENCE_WORDS) or bool("cc" in lowered and _CC.search(lowered))


def is_licence(address: str) -> bool:
    """Tell whether an address is that of an open licence that national platforms recognise."""
    lowered = address.lower()
    return any(known in lowered for known in LICENCE_ADDRESSES) or NO_CONDITIONS in lowered
