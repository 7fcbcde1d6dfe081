"""The same index on an OpenSearch server; only `client` imports opensearchpy.

In: the inputs of a rebuild (`indexer.build.plan`) and an `address`. Out: an index of
sentences (`mapping`) and an index of files (`file_sync`) per generation, and aliases of
the current one (`aliases`). Read `rebuild` first; readers come through `backend`.
"""
