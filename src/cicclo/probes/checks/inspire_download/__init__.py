"""INSPIRE download service through OGC API Features (good practice)."""
