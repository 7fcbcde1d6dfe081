"""The parameters of BM25; the formula is in `search.engine.scoring`.

Measured on statute articles searched by their headings: K1 of 0.9 is the best of 0.7, 0.9
and 1.2, and B of 0.75 the best of 0.5, 0.75 and 0.9. An OpenSearch index is created with
them.
"""

K1 = 0.9
B = 0.75
