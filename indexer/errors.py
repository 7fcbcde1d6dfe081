"""What every fault the user can meet has in common: one clear sentence."""

from __future__ import annotations


class CommuniqueError(Exception):
    """A fault whose text is one sentence that names the thing and the remedy."""
