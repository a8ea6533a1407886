"""The commands: ``c2cd serve``, ``check``, ``demo``, ``token`` and ``apikey``."""

from c2cd.cli.main import main

__all__ = ["main"]
