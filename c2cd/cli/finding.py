"""What ``c2cd check`` has found, a line or more each."""

from typing import Literal

from msgspec import Struct


class Finding(Struct, frozen=True):
    """``what`` was looked at, and ``how`` it is. Only FAIL keeps c2cd from working."""

    mark: Literal["ok", "warn", "FAIL"]
    what: str
    how: str

    @property
    def lines(self) -> list[str]:
        """The lines in which it is told."""
        return [f"{self.mark:<4} {self.what}: {line}" for line in self.how.splitlines()]


def ok(what: str, how: str) -> Finding:
    """Tell that something is right."""
    return Finding("ok", what, how)


def warn(what: str, how: str) -> Finding:
    """Tell that something works and should be mended."""
    return Finding("warn", what, how)


def fail(what: str, how: str) -> Finding:
    """Tell that something keeps c2cd from working."""
    return Finding("FAIL", what, how)
