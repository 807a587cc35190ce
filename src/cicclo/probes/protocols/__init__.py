"""One file adds one protocol: how to recognise it, ask for it, and read what it claims."""
