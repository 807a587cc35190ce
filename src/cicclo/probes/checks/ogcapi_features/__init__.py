"""OGC API Features Parts 1 and 2: what the official suite tests, and what clients stumble on."""
