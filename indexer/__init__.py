"""Builds an index from corpus files: reading, analysis, inversion, writing.

In comes a folder of texts and documents; out comes an index in a folder or on an OpenSearch server,
which the package `search` reads. Imports go one way, from `text` up to `cli`. Read
`build.rebuild` first: it calls all the rest in order.
"""
