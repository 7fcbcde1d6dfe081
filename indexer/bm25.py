"""The two parameters of BM25, which `search.engine.scoring` has the formula of.

Measured on statute articles by their headings: a K1 of 0.9 is best of 0.7, 0.9 and 1.2,
a B of 0.75 of 0.5, 0.75 and 0.9. A server's index is made with them.
"""

K1 = 0.9
B = 0.75
