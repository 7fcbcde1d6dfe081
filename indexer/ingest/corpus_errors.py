"""Errors of reading a corpus, each with the path and the remedy in its message."""

from __future__ import annotations

from pathlib import Path

from indexer.errors import CommuniqueError


class CorpusLostError(CommuniqueError):
    """A part of the corpus is missing or unreadable; `--allow-missing` skips it."""


class CorpusPathMissingError(CorpusLostError):
    """A path of the corpus does not exist."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path}: there is no such file or folder; give --corpus another path."
        )


class CorpusFileKindError(CommuniqueError):
    """A file named as part of the corpus is neither .txt nor .jsonl."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path}: only .txt and .jsonl files can be indexed; convert it first."
        )


class CorpusFileNameError(CommuniqueError):
    """The name of a corpus file is not valid in the encoding of the locale."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path}: the name is not in the encoding of the locale; rename the file, or"
            " set another locale."
        )


class CorpusEmptyError(CommuniqueError):
    """A folder of the corpus has no file that can be indexed."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: the folder holds no .txt or .jsonl file to index.")


class CorpusUnreadableError(CorpusLostError):
    """A corpus file cannot be opened or read, or is not a regular file."""

    def __init__(self, path: Path, fault: OSError) -> None:
        reason = fault.strerror or type(fault).__name__
        super().__init__(
            f"{path}: cannot be read ({reason}); mend that or leave it out."
        )


class CorpusChangedError(CommuniqueError):
    """A corpus file changed between reading and writing the index."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path}: was changed while the index was made; the index was left as it is,"
            " rebuild it again."
        )


class CorpusEncodingError(CorpusLostError):
    """A corpus file is neither UTF-8 nor CP949; *offset* is its first bad byte as UTF-8."""

    def __init__(self, path: Path, offset: int) -> None:
        super().__init__(
            f"{path}: byte {offset} fits neither UTF-8 nor CP949; convert the file to UTF-8."
        )


class CorpusNameTwiceError(CommuniqueError):
    """Two corpus files have the same document name, so their ids would collide."""

    def __init__(self, name: str, first: Path, second: Path) -> None:
        super().__init__(
            f"{first} and {second} would both be document {name!r}; rename one of them."
        )
