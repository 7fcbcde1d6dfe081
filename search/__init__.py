"""From a query to ranked sentences, with the parts that match.

In comes an index that `indexer` has built and a query such as `전작권 -훈련`; out come
hits, notes and facets. `index` is the Python API: read it first, then `query` (text to
clauses) and `engine` (clauses to sentences). `cli` and `web` are front ends.
"""
