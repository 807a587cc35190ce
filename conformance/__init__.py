"""Our verdicts beside those of the official suite, ets-ogcapi-features10, on the same servers."""
