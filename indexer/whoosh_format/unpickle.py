"""The functions of `pickle` in C, without its part in Python: that takes 1 ms to import."""

from __future__ import annotations

try:
    from _pickle import dumps, load, loads
except ImportError:  # Other implementations of Python have no such module.
    from pickle import dumps, load, loads

__all__ = ["dumps", "load", "loads"]
