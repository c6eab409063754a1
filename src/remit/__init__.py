"""remit: what published studies and a clinic's own patients say about a headache treatment."""
