"""From clauses to ranked sentences.

In come clauses and the weights of terms, out go the numbers of the best sentences with
their scores, and the sentences themselves. Read `protocol` first, then `clauses`;
`whoosh` searches a folder, with `matching` and `scoring`, and `opensearch` a server.
"""
