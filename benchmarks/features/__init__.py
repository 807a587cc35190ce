"""Our feature server against four peers, on the same data, in one run: `python -m benchmarks.features`."""
