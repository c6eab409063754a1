"""From results to sections to one page."""
