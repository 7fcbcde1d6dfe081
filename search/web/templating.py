"""The templates of the pages; they escape every text, and name each static file."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from search.web.addresses import (
    anchor,
    document_url,
    page_url,
    searched_phrase,
    trace_url,
)

_HERE = Path(__file__).parent
STATIC = _HERE / "static"


def _static(name: str) -> str:
    """Return the URL of a static file, with a hash of its content."""
    digest = sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?{digest}"


_PRIVATE_USE = re.compile("[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]")


def visible(text: str) -> str:
    """Return *text* with a dot for each private-use character, which browsers show as a box."""
    return _PRIVATE_USE.sub("·", text)


TEMPLATES = Environment(
    loader=FileSystemLoader(_HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
TEMPLATES.filters["visible"] = visible
TEMPLATES.globals |= {
    "static": {path.name: _static(path.name) for path in STATIC.iterdir()},
    "anchor": anchor,
    "document_url": document_url,
    "searched_phrase": searched_phrase,
    "trace_url": trace_url,
    "page_url": page_url,
}
