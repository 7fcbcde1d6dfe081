"""From answers to lines, tables and citations; nothing here opens an index."""
