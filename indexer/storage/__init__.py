"""The files of a generation, except those of Whoosh.

In: sentences, counts and postings as `indexer.invert` makes them. Out: one file format a
module, each with a `write` function and a class that reads it lazily. All of them read
through `checksums`; most are blocks of `block_file`, which is the one to read first.
"""
