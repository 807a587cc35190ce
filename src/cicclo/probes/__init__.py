"""Audit a platform from outside: endpoint → evidence → findings → report."""

from cicclo.probes.model import Endpoint, Finding, Options, Outcome, Report, Standing, Verdict

__all__ = ["Endpoint", "Finding", "Options", "Outcome", "Report", "Standing", "Verdict"]
