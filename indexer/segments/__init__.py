"""The segments of an index, read as one.

A rebuild that changes few sentences adds a segment beside those of before. In: the files
of all, as storage and whoosh_format read them. Out: `SegmentReaders`, in which
sentences have one numbering, that of the corpus. Read `multi_reader` first.
"""
