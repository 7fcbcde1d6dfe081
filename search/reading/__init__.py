"""An opened index in; what a reader wants to see across its documents out.

`compare` and `trace` follow a sentence or a phrase through the documents, `keyness` has
the words that set a document apart, `concordance` and `context` the text around a match.
Read `alignment` first (which sentences correspond), then `compare`.
"""
