"""From the typed text to clauses."""
