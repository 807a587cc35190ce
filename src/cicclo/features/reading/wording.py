"""How each remark is said; `{at}` is a column or a value."""

from cicclo.kernel.text import Text

CHANGES = frozenset(
    {
        "geometry-repaired",
        "geometry-closed",
        "geometry-linearised",
        "measures-dropped",
        "id-duplicate",
        "id-missing",
        "column-dropped",
        "date-impossible",
        "date-out-of-range",
        "number-not-finite",
        "number-too-large",
        "value-unreadable",
        "coordinates-unreadable",
        "reader-warning",
    }
)
"""Codes of what alters a feature; the others only say how it was read."""

TEXTS: dict[str, Text] = {
    "geometry-repaired": Text("géométrie invalide, réparée", "invalid geometry, repaired"),
    "geometry-linearised": Text(
        "arc ou courbe, remplacé par des segments", "arc or curve, replaced by straight segments"
    ),
    "geometry-closed": Text("anneau non fermé, fermé", "unclosed ring, closed"),
    "geometry-unreadable": Text(
        "géométrie illisible ou d'un type sans équivalent (surface courbe, TIN…)",
        "geometry that cannot be read, or of a type without equivalent (curved surface, TIN…)",
    ),
    "geometry-beyond-repair": Text(
        "géométrie invalide dont il ne reste rien une fois réparée",
        "invalid geometry of which nothing is left once repaired",
    ),
    "geometry-empty": Text("géométrie vide, traitée comme absente", "empty geometry, taken as none"),
    "measures-dropped": Text(
        "mesures (M) abandonnées : les encodages servis n'en ont pas",
        "measures (M) dropped: the encodings served have none",
    ),
    "geometry-mixed": Text("types de géométrie mêlés : {at}", "mixed types of geometry: {at}"),
    "coordinates-not-finite": Text("coordonnée infinie ou absente", "infinite or missing coordinate"),
    "coordinates-impossible": Text(
        "coordonnées impossibles dans le système {at}", "coordinates impossible in the system {at}"
    ),
    "coordinates-outside": Text(
        "coordonnées hors du domaine d'emploi de {at} : vérifier le système et l'ordre des axes",
        "coordinates outside the area of use of {at}: check the system and the order of axes",
    ),
    "id-duplicate": Text(
        "identifiant en double (colonne {at}) : suffixe ajouté aux suivants",
        "duplicate identifier (column {at}): suffix added to the later ones",
    ),
    "id-missing": Text(
        "identifiant absent (colonne {at}) : remplacé par le numéro de ligne",
        "missing identifier (column {at}): replaced by the row number",
    ),
    "id-not-unique": Text(
        "la colonne {at} n'est pas unique ou pas toujours remplie : elle ne sert pas d'identifiant",
        "column {at} is not unique or not always filled: not used as the identifier",
    ),
    "id-row-number": Text(
        "identifiants numérotés dans l'ordre du fichier, donc instables d'une publication à l'autre "
        "(option --id-column)",
        "identifiers numbered in the order of the file, therefore unstable from one publication to the next "
        "(option --id-column)",
    ),
    "column-renamed": Text("colonne renommée : {at}", "column renamed: {at}"),
    "column-dropped": Text(
        "colonne {at} laissée de côté : valeurs binaires", "column {at} left out: binary values"
    ),
    "date-impossible": Text(
        "date impossible dans {at} : valeur absente", "impossible date in {at}: no value"
    ),
    "date-out-of-range": Text(
        "date hors des années 1 à 9999 dans {at} : valeur absente",
        "date outside years 1 to 9999 in {at}: no value",
    ),
    "zone-missing": Text(
        "heure sans fuseau dans {at} : lue en UTC", "time without zone in {at}: read as UTC"
    ),
    "number-not-finite": Text(
        "nombre infini ou indéfini dans {at} : valeur absente",
        "infinite or undefined number in {at}: no value",
    ),
    "number-too-large": Text(
        "entier de plus de 64 bits dans {at} : valeur absente", "integer over 64 bits in {at}: no value"
    ),
    "text-not-utf8": Text(
        "texte de {at} qui n'est pas en UTF-8 : lu en Windows-1252",
        "text in {at} that is not UTF-8: read as Windows-1252",
    ),
    "encoding-guessed": Text(
        "jeu de caractères deviné : {at} (option --encoding)",
        "guessed character set: {at} (option --encoding)",
    ),
    "json-invalid": Text(
        "JSON incorrect dans {at} : gardé en texte", "incorrect JSON in {at}: kept as a text"
    ),
    "coordinates-unreadable": Text(
        "coordonnées illisibles ({at}) : sans géométrie", "unreadable coordinates ({at}): no geometry"
    ),
    "crs-assumed": Text(
        "système de coordonnées non dit, pris pour {at} d'après les valeurs (option --crs)",
        "coordinate reference system not told, taken as {at} from the values (option --crs)",
    ),
    "value-unreadable": Text("valeur illisible dans {at} : absente", "unreadable value in {at}: no value"),
    "row-malformed": Text("ligne au nombre de colonnes incorrect", "row with a wrong number of columns"),
    "reader-warning": Text("le lecteur signale : {at}", "the reader warns: {at}"),
}
