"""The engine for an index on an OpenSearch server.

`engine` sends searches and reads the answers; `queries` translates clauses and references
into the server's query language.
"""
