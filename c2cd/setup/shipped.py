"""What is shipped beside the package: the annotated configuration, the AMI users, the systemd unit."""

from pathlib import Path

import c2cd

_PACKAGE = Path(c2cd.__file__).parent
_IN_WHEEL = _PACKAGE / "shipped"


def shipped(name: str) -> str:
    """Give the text of a shipped file by its path in the project, such as ``config/c2cd.toml``."""
    top = _IN_WHEEL if _IN_WHEEL.is_dir() else _PACKAGE.parent
    return (top / name).read_text(encoding="utf-8")
