"""OGC API Features Part 3 and CQL2: queryables and filters."""
