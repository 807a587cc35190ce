"""What the operator decides about validating other people's files: from `CICCLO_…` variables."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Hosting:
    """`state` is the hub's own: a path (SQLite) or a PostgreSQL URL. `uploads` is the folder of files and reports.

    `upload_bytes` bounds one file; `uploads_bytes` all files and reports at once. A file is removed as soon as it is
    validated, and `upload_hours` after it came whatever happens; a report after `report_days`. `validations_at_once`
    run at a time, at most `validations_waiting` wait. One validation has `validation_seconds` and
    `validation_memory` (bytes). `worker` is the command that starts its process, for whoever wants it in a sandbox.
    """

    state: str = "var/cicclo.sqlite"
    uploads: str = ""
    upload_bytes: int = 2 * 10**9
    uploads_bytes: int = 10 * 10**9
    upload_hours: float = 24.0
    report_days: float = 30.0
    validations_at_once: int = 1
    validations_waiting: int = 20
    validation_seconds: float = 1800.0
    validation_memory: int = 3 * 10**9
    worker: str = ""
    allow_private: bool = False

    @property
    def folder(self) -> Path:
        """The setting, else a folder beside the database when that is a file."""
        if self.uploads:
            return Path(self.uploads)
        return Path("var" if "://" in self.state else Path(self.state).parent) / "validations"
