"""cicclo: shared software of the French public (geo)data platforms."""

__version__ = "0.1.0"
