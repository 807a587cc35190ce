"""What can go wrong when features are served."""

from cicclo.kernel.errors import BadInput, CiccloError, Unavailable
from cicclo.kernel.text import Text


class BadSource(BadInput):
    """A file or a database that cannot be published or served as it is."""

    slug = "bad-source"
    title = Text("Source inutilisable", "Unusable source")


class Changed(CiccloError):
    """The feature is no longer the one that If-Match names (RFC 9110, 13.1.1)."""

    slug = "changed"
    title = Text("Objet modifié entre-temps", "Feature changed meanwhile")
    status = 412


class TooSlow(Unavailable):
    """The request would take longer than the operator allows."""

    slug = "too-slow"
    title = Text("Demande trop longue", "Request takes too long")


class NotAcceptable(BadInput):
    """None of our formats is acceptable to the client."""

    slug = "not-acceptable"
    title = Text("Aucun format ne convient", "No acceptable format")
    status = 406
