"""Rights on data as ODRL policies: read them, decide, explain, compile to what platforms use."""
