"""Figures: one module each, from numbers to a layout to a drawing."""
