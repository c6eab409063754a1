"""The kinds of question that a review can ask: one module each."""
