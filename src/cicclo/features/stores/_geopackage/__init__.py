"""Parts of the live GeoPackage store: file → catalogue → SQL → rows, edits."""
