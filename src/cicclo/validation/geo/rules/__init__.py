"""One file a rule of geometry or reference system."""
