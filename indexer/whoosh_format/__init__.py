"""The Whoosh index of a generation; nothing else in `indexer` imports Whoosh.

In: the ids of the sentences and the `InvertedField` of each field. Out: files that Whoosh
2.7.4 reads too, and `PostingsReader`, which reads them without Whoosh and faster. Read
`writer` first.
"""
