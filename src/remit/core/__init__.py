"""What every room needs and no field owns: errors, places, notes, estimates, numerics."""
