"""The context in which Whoosh is imported."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

_UNUSED = "urllib.request"


@contextmanager
def importing_whoosh() -> Iterator[None]:
    """Import Whoosh without its warnings and without `urllib.request`.

    Whoosh 2.7.4 has escapes in plain strings that newer Pythons warn of. Its module
    `compat` imports `urlretrieve`, which nothing in Whoosh calls; with HTTP, TLS and
    email behind it that import takes 20 of the 140 ms of a search run as a process. An
    empty module takes its place until Whoosh is imported.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        if _UNUSED in sys.modules:
            yield
            return
        placeholder = ModuleType(_UNUSED)
        placeholder.urlretrieve = None  # type: ignore[attr-defined]
        sys.modules[_UNUSED] = placeholder
        try:
            yield
        finally:
            del sys.modules[_UNUSED]
