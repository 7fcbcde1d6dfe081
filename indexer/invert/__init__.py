"""From the terms of each sentence to the postings of each term, in arrays."""
