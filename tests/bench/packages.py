"""The programs that the benchmark needs, and the Debian packages that have them."""

import os
import shutil
import subprocess

from tests.bench.telling import tell
from tests.bench.ways.php import fpm

# By package: its program; the switch needs debootstrap for its tree, php-fpm's way the other two.
_SWITCH = ("debootstrap",)
_WAYS = {"php-fpm": ("nginx-light", "php-fpm")}


def _is_there(package: str) -> bool:
    if package == "php-fpm":
        return fpm() is not None
    return shutil.which(package.removesuffix("-light")) is not None


def missing_for(way: str) -> list[str]:
    """Give the packages that a way lacks; what stands behind its first word is how it is configured."""
    return [package for package in _WAYS.get(way.partition(" ")[0], ()) if not _is_there(package)]


def install_missing() -> None:
    """Say what is missing; as root on Debian, install it. Ways that lack something are left out later."""
    wanted = [*_SWITCH, *(package for packages in _WAYS.values() for package in packages)]
    missing = [package for package in wanted if not _is_there(package)]
    if not missing:
        return
    tell(f"missing: {' '.join(missing)}")
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        tell("as root on Debian they would be installed")
        return
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (("update",), ("install", "-y", "--no-install-recommends", *missing)):
        command = ("apt-get", "-q", *arguments)
        if subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False).returncode:  # noqa: S603 - our own words
            tell(f"{' '.join(command)} failed")
