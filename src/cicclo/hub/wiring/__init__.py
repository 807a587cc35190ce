"""One file per cable between components; this listing shows every coupling of the house."""

from cicclo.probes.check import CHECKS

# these declare checks of their own, imported with the others when a first audit needs them
for module in ("cicclo.hub.wiring.audits_validate_declared_files",):
    CHECKS.join(module)
