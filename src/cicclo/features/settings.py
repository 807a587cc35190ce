"""How a server is started: from the command line, else from `CICCLO_…` variables."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """`base` is the public address; `folder` keeps publications; `access_log` is a file, or `-` for the output.

    `server` is granian or uvicorn; `lang` is that of messages to the operator.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    base: str = ""
    config: str = ""
    folder: str = "publications"
    editable: bool = False
    allow_private: bool = False
    access_log: str = ""
    server: str = "granian"
    lang: str = "fr"
