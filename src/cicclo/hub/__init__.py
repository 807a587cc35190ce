"""The only place that knows every component."""
