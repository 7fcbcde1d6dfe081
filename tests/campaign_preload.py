"""What the processes of the campaign have loaded when they begin."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import search.batching
import search.concordance
import search.explain
import search.explaining
import search.filters
import search.finding
import search.reading
import search.rows
import search.scoring
import search.spelling  # noqa: F401 (all for those who are forked from this process)
