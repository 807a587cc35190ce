"""CQL2 (OGC 21-065r2): text and JSON to one tree and back; check it; evaluate it."""
