"""Read files without harm: of bearable size, regular, and text."""

from pathlib import Path

MAXIMUM_BYTES = 32 * 1024 * 1024
"""Larger files are refused: CloudFormation itself stops at 1 MB, large plans have some megabytes."""


class Unreadable(Exception):
    """A file that cannot be read; the text says why, in one line."""


def read_bytes(file: Path) -> bytes:
    """The bytes of a regular file of bearable size. Raises Unreadable."""
    try:
        if not file.is_file():
            raise Unreadable("it is not a regular file")
        size = file.stat().st_size
        if size > MAXIMUM_BYTES:
            raise Unreadable(f"it has {size // 1_000_000} MB, more than the {MAXIMUM_BYTES // 1_000_000} MB that are read")
        return file.read_bytes()
    except OSError as error:
        raise Unreadable(error.strerror or type(error).__name__) from error


def read_text(file: Path) -> str:
    """The text of a UTF-8 file, with or without byte order mark. Raises Unreadable."""
    try:
        return read_bytes(file).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(f"it is not UTF-8 (byte {error.start})") from error


def mentions(file: Path, text: bytes) -> bool:
    """Whether a file that could not be read holds a text all the same; false where it cannot even be opened."""
    try:
        return text in read_bytes(file)
    except Unreadable:
        return False
