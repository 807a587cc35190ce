"""What the operator decides about the hub itself."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """`password` is the operator's; when empty, one is made at the first start and shown once.

    `public_reading`: results are public facts about public services, so anyone may read unless this is false.
    `public_validation`: visitors may have their files validated; without it, the operator only.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    password: str = ""
    public_reading: bool = True
    public_validation: bool = False
