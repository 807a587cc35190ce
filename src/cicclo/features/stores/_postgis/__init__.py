"""Parts of the PostGIS store: address → connections → catalogue → SQL → pages, edits."""
