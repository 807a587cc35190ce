"""Rules of a metadata record (M01 to M24)."""
