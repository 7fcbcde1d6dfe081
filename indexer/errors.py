"""The base class of all errors that are shown to the user."""

from __future__ import annotations


class CommuniqueError(Exception):
    """An error whose text is one sentence for the user: the thing at fault and the remedy."""


class QueryTooLargeError(CommuniqueError):
    """A query has more terms than the engine accepts."""
