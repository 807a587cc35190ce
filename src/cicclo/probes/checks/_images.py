"""What an answer to GetMap or GetTile really holds."""

from cicclo.probes.documents import usable
from cicclo.probes.model import Verdict, failed, passed
from cicclo.probes.protocols._ows import exception_of
from cicclo.web.outgoing import Answer

_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"RIFF", "image/webp"),
    (b"BM", "image/bmp"),
)


def kind(body: bytes) -> str:
    """The media type that the first bytes tell, empty when they are no image known here."""
    return next((media_type for magic, media_type in _MAGIC if body.startswith(magic)), "")


def size(body: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG."""
    return (
        (int.from_bytes(body[16:20], "big"), int.from_bytes(body[20:24], "big"))
        if kind(body) == "image/png" and len(body) > 24
        else None
    )


def has_transparency(body: bytes) -> bool:
    """A PNG with an alpha channel, or a transparency chunk before its data."""
    return len(body) > 26 and (body[25] in (4, 6) or b"tRNS" in body.partition(b"IDAT")[0])


def image(answer: Answer, *, at: str, facet: str = "") -> Verdict:
    """The answer is a success, its bytes are an image, and the header says which."""
    report = exception_of(answer)
    if report:
        return failed(
            f"rapport d'exception (HTTP {answer.status}) au lieu d'une image : {report.code} {report.text}",
            f"exception report (HTTP {answer.status}) instead of an image: {report.code} {report.text}",
            at=at,
            code="exception-report",
            facet=facet,
        )
    if not usable(answer).ok:
        return failed(
            f"HTTP {answer.status} au lieu d'une image",
            f"HTTP {answer.status} instead of an image",
            at=at,
            code=f"status-{answer.status}",
            facet=facet,
        )
    found = kind(answer.body)
    if not found:
        said = answer.media_type or "∅"
        return failed(
            f"ce n'est pas une image ({said}, HTTP {answer.status})",
            f"not an image ({said}, HTTP {answer.status})",
            at=at,
            code="not-an-image",
            facet=facet,
        )
    if answer.media_type.replace("jpg", "jpeg") != found:
        return failed(
            f"Content-Type « {answer.media_type} », octets {found}",
            f"Content-Type “{answer.media_type}”, bytes {found}",
            at="Content-Type",
            code="media-type",
            facet=facet,
        )
    return passed(facet=facet)
