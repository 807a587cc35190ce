"""Geographic files: layers read by batches, one file a rule, faults with a place on the map."""
