"""Serve OGC API Features: prepare once, serve at the speed of the wire."""
