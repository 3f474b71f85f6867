"""What can go wrong. Missing files are Python's own ``OSError``: ``FileNotFoundError``, ``PermissionError``."""

from __future__ import annotations


class BasmaError(Exception):
    """Anything that basma refuses or cannot do; ``code`` is stable, the text is for people.

    >>> import basma
    >>> try:
    ...     basma.Index.build(["not a hash"])
    ... except basma.BasmaError as error:
    ...     error.code
    'hash-text'
    """

    #: The stable code of the kind of error.
    code: str

    def __init__(self, message: str, code: str = "internal") -> None:
        super().__init__(message, code)
        self.code = code

    def __str__(self) -> str:
        return str(self.args[0])


class HashError(BasmaError, ValueError):
    """A text or bytes that are no hash of the type, or a type that is not known."""


class ArgumentError(BasmaError, ValueError):
    """An argument that makes no sense: a wrong shape, a wrong dtype, a negative radius."""


class MediaError(BasmaError):
    """A file that cannot be decoded: unsupported, damaged, or beyond a limit."""


class IndexFileError(BasmaError):
    """A file that is no index, or a damaged one."""


class ListError(BasmaError):
    """A list that cannot be read."""


class StoreError(BasmaError):
    """A folder that is no store, or a store that cannot be used."""


class StoreBusyError(StoreError):
    """A store that another process writes to at this moment."""


class RefreshError(BasmaError):
    """A list that cannot be fetched, or whose signature is wrong."""


class InternalError(BasmaError):
    """A fault of basma itself. Nothing is known of what was asked."""
