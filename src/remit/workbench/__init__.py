"""Load, check, analyse, assemble: one module per job."""
