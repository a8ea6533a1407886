"""On what and with what a run was made, without a name of any host."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_TOP = Path(__file__).parents[2]


def describe(asterisk: str | None) -> dict[str, Any]:
    """Give what a later run is compared by; ``asterisk`` is the version of the switch, where one was used."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "cpus": len(os.sched_getaffinity(0)),
        "cpu": _of("/proc/cpuinfo", "model name") or platform.machine(),
        "memory_gib": round(int(_of("/proc/meminfo", "MemTotal").split()[0]) / 1024**2, 1),
        "python": platform.python_version(),
        "asterisk": asterisk,
        "commit": _commit(),
    }


def words(described: dict[str, Any]) -> str:
    """Say it in a line."""
    return (
        f"{described['date'][:10]}, {described['cpus']} CPUs ({described['cpu']}),"
        f" {described['memory_gib']} GiB, Python {described['python']},"
        f" Asterisk {described['asterisk'] or '-'}, c2cd {described['commit'] or '-'}"
    )


def _of(file: str, key: str) -> str:
    for line in Path(file).read_text().splitlines():
        name, _, value = line.partition(":")
        if name.strip() == key:
            return value.strip()
    return ""


def _commit() -> str | None:
    """Give the commit, with a + where the tree differs from it; none without git."""
    try:
        said = subprocess.run(
            ("git", "describe", "--always", "--exclude=*", "--dirty=+"),  # noqa: S607 - whichever git there is
            cwd=_TOP,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return said.stdout.strip()
