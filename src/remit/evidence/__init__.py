"""What studies report, and whether the printed numbers fit each other."""
