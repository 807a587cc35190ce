"""A small real platform on this machine, and captured answers of real ones, to see an audit at work."""
