"""SHA-256 of small data, without OpenSSL: importing that takes a thirtieth of a search.

`hashlib` is four to ten times faster for large data. The fallback is that of `random` in
the standard library: the names of the modules vary with the version of Python.
"""

from __future__ import annotations

try:
    from _sha2 import sha256  # Python 3.12 and later
except ImportError:
    try:
        from _sha256 import sha256
    except ImportError:
        from hashlib import sha256


def hexdigest(data: bytes) -> str:
    """Return the SHA-256 of *data*: 64 hexadecimal digits."""
    digest: str = sha256(data).hexdigest()
    return digest
