"""A rebuild in a folder, and the folder of an index.

In: the paths of a corpus and of a dictionary (`plan`). Out: a generation, written by
`full` or `incremental`, ended by `finish`, and made current by
`index_directory`, which also opens it for readers. Read `rebuild` first.
"""
