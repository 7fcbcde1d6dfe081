"""The commands that search an index."""
