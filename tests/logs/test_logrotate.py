"""The event log's file under the real logrotate, with the rules that are shipped."""

import getpass
import grp
import gzip
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from c2cd.logs.file import LineFile

SHIPPED = Path(__file__).parents[2] / "config" / "c2cd.logrotate"
LOGROTATE = shutil.which("logrotate", path=os.environ.get("PATH", "") + ":/usr/sbin")

pytestmark = pytest.mark.skipif(LOGROTATE is None, reason="logrotate is not installed")


@pytest.fixture
def rotate(tmp_path: Path) -> Callable[[], None]:
    """Give what rotates the file in this folder at once, as logrotate's timer does once a week."""
    group = grp.getgrgid(os.getegid()).gr_name
    rules = SHIPPED.read_text().replace("/var/log/c2cd", str(tmp_path))
    own = tmp_path / "rules"
    own.write_text(rules.replace("su c2cd c2cd", f"su {getpass.getuser()} {group}"))

    def run() -> None:
        assert LOGROTATE is not None
        command = [LOGROTATE, "--force", "--state", str(tmp_path / "state"), str(own)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)  # noqa: S603 - fixed words
        assert (done.returncode, done.stderr) == (0, "")

    return run


def written(folder: Path) -> list[bytes]:
    """Give all lines, those that were moved away first."""

    def age(path: Path) -> int:
        found = re.search(r"[0-9]+", path.name)
        return int(found[0]) if found else 0

    found: list[bytes] = []
    for path in sorted(folder.glob("events.log*"), key=age, reverse=True):
        content = path.read_bytes()
        found += (gzip.decompress(content) if path.suffix == ".gz" else content).splitlines()
    return found


def test_no_line_is_lost_or_torn(tmp_path: Path, rotate: Callable[[], None]) -> None:
    """However often it is rotated while lines are written, each is there once, whole, in its order."""
    lines, goes_on, is_over = LineFile(tmp_path / "events.log"), threading.Event(), threading.Event()
    count = 0

    def write() -> None:
        nonlocal count
        while not is_over.is_set():
            for _ in range(100):
                lines.write([b"%d" % count, b"%d" % (count + 1)])
                count += 2
            goes_on.set()

    writer = threading.Thread(target=write)
    writer.start()
    for _ in range(5):
        goes_on.clear()
        assert goes_on.wait(10.0)
        rotate()
    is_over.set()
    writer.join(10.0)
    lines.close()
    assert len(list(tmp_path.glob("events.log*"))) > 4
    assert written(tmp_path) == [b"%d" % number for number in range(count)]


def test_the_file_is_the_daemons_own(tmp_path: Path, rotate: Callable[[], None]) -> None:
    """Logrotate leaves it to c2cd to make the new file, and what it keeps is readable by whom it was."""
    file = tmp_path / "events.log"
    file.write_text("x\n")
    file.chmod(0o640)
    rotate()
    assert not file.exists()
    assert (tmp_path / "events.log.1").stat().st_mode & 0o777 == 0o640
