"""From study results to pooled answers."""
