"""Imports that the campaign's fork server loads once for all its processes."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import campaign_support  # noqa: F401 (imported for the forked processes)

import search.cli.batch
import search.cli.documents
import search.cli.explain
import search.cli.search
import search.engine.scoring
import search.explain
import search.present.table_rows
import search.query.filters
import search.query.spelling
import search.reading.concordance  # noqa: F401 (imported for the forked processes)
