"""Vector tiles of a collection, for display (OGC API Tiles 20-057, Mapbox Vector Tile 2.1)."""
