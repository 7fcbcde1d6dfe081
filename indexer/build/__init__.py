"""A rebuild, from its inputs to the switch to a new generation."""
