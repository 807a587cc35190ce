"""One file adds one group of checks of one conformance class; see `cicclo.probes.check`."""
