"""OGC API Features Part 5 (Common Part 3): the schema of a collection."""
