"""Do the printed numbers fit each other? One module per family of checks."""
