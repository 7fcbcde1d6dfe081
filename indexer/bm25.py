"""The parameters of BM25; the formula is in `search.engine.scoring`.

Chosen like the weights of the terms, in `search.query.weights`; tests/README.md has what
other values score. An OpenSearch index is created with them.
"""

K1 = 0.6
B = 0.75
