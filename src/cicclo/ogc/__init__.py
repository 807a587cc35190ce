"""OGC API Common and the OGC's shared words: conformance classes, links, coordinate reference systems."""
