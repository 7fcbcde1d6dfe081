"""Searching an index on an OpenSearch server."""
