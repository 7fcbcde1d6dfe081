"""The index on an OpenSearch server: what is written there, and how it is replaced."""
