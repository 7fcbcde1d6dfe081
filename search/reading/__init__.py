"""Comparisons between documents, and words in their contexts."""
