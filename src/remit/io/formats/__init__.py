"""The file formats in which evidence travels: one module per format, one neutral form for all."""
