"""Errors of the folder of an index, each with the path and the remedy in its message."""

from __future__ import annotations

from pathlib import Path

from indexer import regular_files
from indexer.errors import CommuniqueError
from indexer.file_names import CURRENT


class NoIndexError(CommuniqueError):
    """There is no index yet."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder}: there is no index; make one with `communique rebuild --index {folder}`."
        )
        self.folder = folder


class IndexDamagedError(CommuniqueError):
    """CURRENT is missing or damaged."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder}: the index is damaged ({CURRENT} names none of its parts); make"
            f" it anew with `communique rebuild --index {folder}`."
        )


class FileMissingError(CommuniqueError):
    """A file of the current generation is missing."""

    def __init__(self, folder: Path, name: str) -> None:
        super().__init__(
            f"{folder}: the index is damaged ({name} is missing); make it anew with"
            f" `communique rebuild --force --index {folder}`."
        )


class OriginLostError(CommuniqueError):
    """No manifest of the index records its inputs, and the rebuild was given none."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder}: the index no longer records its corpus; give --corpus, or remove"
            " the folder."
        )


class NotAnIndexError(CommuniqueError):
    """The folder for the index holds other files."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder}: holds something, but no index; give --index an empty or new folder."
        )


class IndexFolderError(CommuniqueError):
    """The operating system refuses access to the folder of the index."""

    def __init__(self, folder: Path, fault: OSError) -> None:
        reason = regular_files.reason(fault)
        if isinstance(fault, FileExistsError):
            reason = "it is no folder"
        super().__init__(
            f"{fault.filename or folder}: the index cannot be kept there ({reason});"
            " mend that or give --index another folder."
        )


class IndexUnreadableError(CommuniqueError):
    """The operating system refuses to open files of the index, which may be undamaged."""

    def __init__(self, folder: Path, fault: OSError) -> None:
        super().__init__(
            f"{fault.filename or folder}: the index cannot be read"
            f" ({regular_files.reason(fault)}); mend that and try again."
        )
