"""Numbered steps, never changed once published."""
