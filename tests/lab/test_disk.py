"""The file system that tests fill and freeze does what they believe of it, and leaves nothing behind."""

import asyncio
import errno
import os
import sys
from pathlib import Path

import pytest

from tests.lab.disk import Disk
from tests.process import eventually

_HOLDS_ONE = """
import asyncio
from tests.lab.disk import Disk

async def main():
    async with Disk(8) as disk:
        await disk.freeze()
        print(disk.folder, flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""


def test_a_full_disk(disk: Disk) -> None:
    """Once filled it has no block for anybody; what is given back can be used."""
    disk.fill()
    with pytest.raises(OSError, match="No space left") as refused:
        (disk.folder / "more").write_bytes(b"x")
    assert refused.value.errno == errno.ENOSPC
    assert os.statvfs(disk.folder).f_bavail == 0
    disk.free()
    (disk.folder / "more").write_bytes(bytes(1 << 20))


async def test_a_frozen_disk(disk: Disk) -> None:
    """While it is frozen a write waits, and a read does not; thawed, the write ends."""
    file = disk.folder / "file"
    file.write_bytes(b"before")
    await disk.freeze()
    writing = asyncio.create_task(asyncio.to_thread(file.write_bytes, b"after"))
    done, _ = await asyncio.wait([writing], timeout=0.3)
    assert not done
    assert file.read_bytes() in {b"before", b""}
    await disk.thaw()
    await disk.thaw()
    await asyncio.wait_for(writing, 5)
    assert file.read_bytes() == b"after"


@pytest.mark.usefixtures("disk")
async def test_a_killed_test_run() -> None:
    """Nothing stays mounted where the test run is killed, even with a frozen disk."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _HOLDS_ONE), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    folder = Path((await process.stdout.readline()).decode().strip())
    assert await asyncio.to_thread(folder.is_mount)
    process.kill()
    await process.wait()

    async def gone() -> bool:
        return not folder.parent.exists()

    await eventually(gone, 10)
