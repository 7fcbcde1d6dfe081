"""Two segments of a generation, read as one."""
