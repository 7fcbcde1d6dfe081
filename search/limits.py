"""Limits of a request from the page, over HTTP or from an agent."""

from __future__ import annotations

LONGEST_QUERY = 1000
"""Characters of a query."""
LONGEST_NAME = 300
"""Characters of an id, speaker, act or document; a file name has 255 at most."""
MOST_VALUES = 20
"""How many values of one filter, or documents, a request may name."""
LARGEST_PAGE = 100
"""How many hits or sentences an answer contains at most."""
MOST_CONTEXT = 10
"""The most sentences before and after a hit in an answer."""
MOST_LINED = 1000
"""The most sentences of a concordance; each is analysed again, in 1 to 3 ms."""
LAST_YEAR = 9999
"""Years have four digits."""
