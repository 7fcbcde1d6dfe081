"""The segments of an index, read as one.

A rebuild that changes few sentences adds a second segment beside the first. In: the
files of both, as storage and whoosh_format read them. Out: `SegmentReaders`, in which
sentences have one numbering, that of the corpus. Read `multi_reader` first.
"""
