"""Every error that panj raises on purpose: one root, flat children, one line each.

A message says what was found, what was expected and what to do; `panj.cli` turns it into one line on stderr
and exit code 2.
"""

from collections.abc import Iterable


class PanjError(Exception):
    """Root of all errors that panj raises on purpose."""


class UnknownNameError(PanjError, LookupError):
    """A data set, layer, language or other name that does not exist; the message lists the valid ones."""

    def __init__(self, kind: str, found: str, valid: Iterable[str]) -> None:
        self.kind, self.found, self.valid = kind, found, tuple(valid)
        super().__init__(f"unknown {kind} {found!r}; expected one of: {', '.join(self.valid)}")

    def __reduce__(self) -> tuple[type["UnknownNameError"], tuple[str, str, tuple[str, ...]]]:
        """How it travels from a worker to the one who asked."""
        return type(self), (self.kind, self.found, self.valid)


class InputError(PanjError, ValueError):
    """Input that cannot be read at all: no such file, empty, unreadable, no usable row or column."""


class OutputError(PanjError, OSError):
    """A result that cannot be written; nothing is left half-written."""


class DamagedDataError(PanjError, ValueError):
    """A built-in data set whose content is not what the catalogue says."""


class ClusterError(PanjError, RuntimeError):
    """A cluster that cannot be reached, or whose workers fail."""


class MissingExtraError(PanjError, ImportError):
    """A step that needs packages of an optional extra, which are not installed."""
