"""Reading and writing: one file format per module."""
