"""The parts of the WFS façade."""
