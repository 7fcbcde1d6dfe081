"""From corpus files to documents, and from documents to sentences."""
