"""The commands that make and describe an index."""
