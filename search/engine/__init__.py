"""From clauses to ranked sentences."""
