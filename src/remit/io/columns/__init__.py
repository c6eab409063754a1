"""Columns of text cells: what they hold, and how their cells are read."""
