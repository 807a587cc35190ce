"""The pages and API of validation: what they need is in a Desk, what they offer in `operations`."""

from cicclo.validation.web.desk import Desk
from cicclo.validation.web.operations import operations

__all__ = ["Desk", "operations"]
