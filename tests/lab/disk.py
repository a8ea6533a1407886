"""A small file system of its own, which a test can fill and freeze: ext4 in an image, on a loop device.

It is made and taken away by a keeper, a shell that waits for the end of its standard input. The pipe is
closed when the test ends it, and by the kernel when the test run is killed: nothing stays mounted, except
where the keeper itself is killed.
"""

import asyncio
import errno
import os
import shutil
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

_COMMANDS = ("mkfs.ext4", "mount", "umount", "fsfreeze")
# Blocks are as large as a page of SQLite: none of it fits into what a file's last block has left.
_KEEPER = """
set -e
truncate -s "$2M" "$1/image"
mkfs.ext4 -q -F -b 4096 -m 0 "$1/image"
mount -o loop "$1/image" "$1/disk"
rmdir "$1/disk/lost+found"
echo mounted
set +e
cat > /dev/null
fsfreeze -u "$1/disk" 2> /dev/null
umount "$1/disk" 2> /dev/null || umount -l "$1/disk"
rm -f "$1/image"
rmdir "$1/disk" "$1"
"""
_PATIENCE = 20.0


class DiskError(Exception):
    """The file system can't be made, frozen or thawed."""


def why_no_disk() -> str | None:
    """Tell why this host can't have such a file system, or None where it seems that it can."""
    if os.geteuid() != 0:
        return "only root may mount a file system"
    if missing := [name for name in _COMMANDS if shutil.which(name) is None]:
        return f"a file system of its own needs {', '.join(missing)}"
    if not Path("/dev/loop-control").exists():
        return "a file system of its own needs loop devices"
    return None


class Disk:
    """A file system of so many megabytes, mounted at ``folder`` while in use as a context manager.

    DiskError on entering where it can't be made.
    """

    def __init__(self, megabytes: int = 32) -> None:
        self._megabytes = megabytes
        self._frozen = False
        self._keeper: asyncio.subprocess.Process
        self.folder: Path

    async def __aenter__(self) -> Self:
        """Make and mount it."""
        above = Path(tempfile.mkdtemp(prefix="c2cd-disk-"))
        self.folder = above / "disk"
        self.folder.mkdir()
        self._keeper = await asyncio.create_subprocess_exec(
            *("sh", "-c", _KEEPER, "keeper", str(above), str(self._megabytes)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,  # what ends the test run shall not end it
        )
        assert self._keeper.stdout is not None
        said = await asyncio.wait_for(self._keeper.stdout.readline(), _PATIENCE)
        if said != b"mounted\n":
            _, words = await self._keeper.communicate(b"")
            shutil.rmtree(above)
            raise DiskError(f"no file system could be made: {words.decode().strip()}")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Thaw it, unmount it, also where a process is still in it, and remove it."""
        await asyncio.wait_for(self._keeper.communicate(b""), _PATIENCE)

    @property
    def _filler(self) -> Path:
        return self.folder / "filler"

    def fill(self) -> None:
        """Take all free space: no file can get one block more. Its own files can still be written over."""
        block = os.statvfs(self.folder).f_frsize
        step, size = 1 << 20, 0
        with self._filler.open("ab") as filler:
            while step >= block:
                try:
                    os.posix_fallocate(filler.fileno(), size, step)
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise
                    step //= 2
                else:
                    size += step
            os.fsync(filler.fileno())

    def free(self) -> None:
        """Give back the space that ``fill`` took."""
        self._filler.unlink()

    async def freeze(self) -> None:
        """Have each write, and each first write to a mapped page, wait in the kernel; reads go on.

        The test itself is held up too by anything that it writes there.
        """
        await self._run("fsfreeze", "-f", str(self.folder))
        self._frozen = True

    async def thaw(self) -> None:
        """Let the writes go on; nothing happens where it is not frozen."""
        if self._frozen:
            await self._run("fsfreeze", "-u", str(self.folder))
            self._frozen = False

    async def _run(self, *command: str) -> None:
        process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
        _, words = await asyncio.wait_for(process.communicate(), _PATIENCE)
        if process.returncode != 0:
            raise DiskError(words.decode().strip())
