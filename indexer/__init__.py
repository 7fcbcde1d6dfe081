"""From corpus files to an index: reading, analysing, writing."""
