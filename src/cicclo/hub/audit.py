"""`cicclo audit` with every cable in place."""

from cicclo.hub.wiring import audits_validate_declared_files, findings_recall_known_problems

__all__ = ["CABLES", "app"]

app = findings_recall_known_problems.app
CABLES = (audits_validate_declared_files, findings_recall_known_problems)
