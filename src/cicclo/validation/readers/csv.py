"""CSV: separator guessed among `,` tab `;` `|`; `.txt` is one more extension that Validata does not take."""

from cicclo.validation.readers import READERS, Asked, Opened, Reader
from cicclo.validation.readers._text import open_text, plain


def open_csv(asked: Asked) -> Opened:
    return open_text(asked, plain(asked.path), str(asked.path))


READERS.add(Reader("csv", ("csv",), open_csv))
READERS.add(Reader("txt", ("txt",), open_csv, foreign=True))
