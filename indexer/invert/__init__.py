"""From the terms of each sentence to the postings of each term, in NumPy arrays.

In: texts, one sentence at a time, and the terms of each distinct run. Out: the
`InvertedField` of every field, which storage and whoosh_format write to disk.
Read `inversion` first.
"""
