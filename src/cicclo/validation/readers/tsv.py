"""TSV: always tabs."""

from cicclo.validation.readers import READERS, Asked, Opened, Reader
from cicclo.validation.readers._text import open_text, plain


def open_tsv(asked: Asked) -> Opened:
    return open_text(asked, plain(asked.path), str(asked.path), delimiter="\t")


READERS.add(Reader("tsv", ("tsv",), open_tsv))
