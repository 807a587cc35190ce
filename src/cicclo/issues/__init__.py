"""Recorded problems between two programs, and how they are recognised in what an audit found."""

from cicclo.issues.actions import find, known, recognise
from cicclo.issues.model import Fact, Issue, Recognised, Rule, Status

__all__ = ["Fact", "Issue", "Recognised", "Rule", "Status", "find", "known", "recognise"]
