"""Is this data what its schema says? Tables as Validata reads them, and geographic files."""
