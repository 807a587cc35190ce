"""Documents: JSON against JSON Schema; CNIG archives (PLU, SUP, SCoT…) against their document models."""
