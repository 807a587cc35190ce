"""What failures of a database mean to a client. Its own words may hold data: they stay in the log."""

import asyncpg

from cicclo.features.errors import TooSlow
from cicclo.features.stores._postgis.address import Address
from cicclo.kernel.errors import BadInput, CiccloError, Unavailable
from cicclo.kernel.text import Text

FAILURES = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, UnicodeError)
_LOST = (
    ConnectionError,
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.InternalClientError,  # the driver lost its place: the server ended the session in the middle of a message
)


class Unfit(BadInput):
    """The statement was understood, and a value in it is impossible."""


class Gone(Unavailable):
    """The connection was lost: worth another try."""


def busy(address: Address) -> Unavailable:
    return Unavailable(
        Text("trop de demandes à la fois à la base", "too many requests to the database at once"),
        at=address.shown,
        remedy=Text("réessayer dans quelques secondes", "try again in a few seconds"),
    )


def explain(error: BaseException, address: Address) -> CiccloError:
    if isinstance(error, asyncpg.QueryCanceledError | TimeoutError):
        return _slow(address)
    if isinstance(error, asyncpg.DataError | UnicodeError):
        return Unfit(
            Text(
                "la base refuse une valeur ou un calcul de la demande",
                "the database refuses a value or a calculation of the request",
            ),
            at="filter",
        )
    if isinstance(error, asyncpg.StatementTooComplexError | asyncpg.ProgramLimitExceededError):
        return Unfit(Text("filtre trop complexe", "filter too complex"), at="filter")
    if isinstance(error, asyncpg.InsufficientResourcesError):
        return busy(address)
    if isinstance(error, _LOST) or (isinstance(error, asyncpg.InterfaceError) and "closed" in str(error)):
        return Gone(
            Text("la base ne répond pas", "the database does not answer"),
            at=address.shown,
            remedy=Text("réessayer dans quelques secondes", "try again in a few seconds"),
        )
    kind = type(error).__name__
    return Unavailable(
        Text(f"la base ne peut pas répondre ({kind})", f"the database cannot answer ({kind})"),
        at=address.shown,
        remedy=Text(
            "vérifier l'adresse, le compte, ses droits, et que la table n'a pas changé",
            "check the address, the account, its rights, and that the table did not change",
        ),
    )


def _slow(address: Address) -> TooSlow:
    return TooSlow(
        Text(
            f"la base n'a pas répondu en {address.seconds:g} s",
            f"the database did not answer within {address.seconds:g} s",
        ),
        at=address.shown,
        remedy=Text("demander moins : bbox, filtre plus simple", "ask for less: bbox, a simpler filter"),
    )
