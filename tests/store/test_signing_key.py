"""The key that signs links: made once, read by its owner."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from c2cd.config import Store
from c2cd.errors import StoreError
from c2cd.store.signing_key import load_signing_key

KEY = bytes(range(32))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give a path that no key is at yet."""
    return tmp_path / "signing.key"


def put(path: Path, content: str | bytes, mode: int = 0o600) -> None:
    """Put a file there."""
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    path.chmod(mode)


def refused(path: Path) -> str:
    """Have a key loaded, and give the words with which it is refused."""
    with pytest.raises(StoreError) as caught:
        load_signing_key(path)
    assert str(path) in str(caught.value)
    return str(caught.value)


def test_made_where_there_is_none(path: Path) -> None:
    """A first key is 32 random bytes, written as hexadecimal text, and its owner's alone."""
    key = load_signing_key(path)
    assert len(key) == 32
    assert path.read_text() == f"{key.hex()}\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]
    other = path.with_name("other.key")
    assert load_signing_key(other) != key


def test_the_same_from_then_on(path: Path) -> None:
    """The key that is there is read, and the file is left as it is."""
    key = load_signing_key(path)
    before = path.stat()
    assert load_signing_key(path) == key
    assert path.stat().st_mtime_ns == before.st_mtime_ns


@pytest.mark.parametrize("content", [KEY.hex(), f"{KEY.hex()}\n", f" {KEY.hex().upper()}\r\n"])
def test_made_by_hand(path: Path, content: str) -> None:
    """A key that somebody else has made, with openssl rand -hex 32 say, is read."""
    put(path, content)
    assert load_signing_key(path) == KEY


def test_those_who_race_agree(path: Path) -> None:
    """Many who find no key at the same time all get one and the same."""
    for number in range(20):
        contested = path.with_name(f"{number}.key")
        together = Barrier(8)

        def load(contested: Path = contested, together: Barrier = together) -> bytes:
            together.wait()
            return load_signing_key(contested)

        with ThreadPoolExecutor(8) as pool:
            keys = {future.result() for future in [pool.submit(load) for _ in range(8)]}
        assert keys == {bytes.fromhex(contested.read_text())}
    assert len(list(path.parent.iterdir())) == 20


def test_a_key_that_appears_meanwhile_stays(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who was about to put its own key in place takes the one that has come to be there instead."""
    link = os.link

    def late(source: Path, target: Path) -> None:
        put(target, KEY.hex())
        link(source, target)

    monkeypatch.setattr(os, "link", late)
    assert load_signing_key(path) == KEY
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(
    "content",
    ["", "\n", KEY.hex()[:-2], f"{KEY.hex()}00", KEY.hex()[:-1], "x" * 64, KEY, b"\xff" * 64],
)
def test_no_key_is_told(path: Path, content: str | bytes) -> None:
    """A file that holds anything but such a key is refused, without what it holds, and left as it is."""
    put(path, content)
    before = path.read_bytes()
    told = refused(path)
    assert "64 hexadecimal digits" in told
    assert KEY.hex()[:16] not in told
    assert path.read_bytes() == before


@pytest.mark.parametrize("mode", [0o604, 0o602, 0o601, 0o666, 0o644])
def test_open_to_others_is_told(path: Path, mode: int) -> None:
    """A key that anybody on the host may use is refused with what to do, which helps."""
    put(path, KEY.hex(), mode)
    told = refused(path)
    assert f"chmod o= {path}" in told
    path.chmod(mode & ~0o007)
    assert load_signing_key(path) == KEY


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o660, 0o400])
def test_owner_and_group_may_have_it(path: Path, mode: int) -> None:
    """A key may be its owner's and its group's: root may own it and lend it to the daemon."""
    put(path, KEY.hex(), mode)
    assert load_signing_key(path) == KEY


def test_what_can_not_be_read_is_told(path: Path, tmp_path: Path) -> None:
    """A missing folder, and a folder instead of a file, are told in the system's words with a hint."""
    assert "No such file or directory; does its folder exist" in refused(tmp_path / "nowhere" / "signing.key")
    path.mkdir(mode=0o700)
    assert "Is a directory" in refused(path)


def test_a_link_that_leads_nowhere_is_told(path: Path, tmp_path: Path) -> None:
    """Where the path is a link to a file that is gone, no key is made beside it, and that is told."""
    path.symlink_to(tmp_path / "gone")
    assert "No such file" in refused(path)
    assert list(tmp_path.iterdir()) == [path]


def test_where_it_is() -> None:
    """The key is where the configuration says, else beside the database."""
    assert Store(path="/var/lib/c2cd/x.db").signing_key_path == Path("/var/lib/c2cd/signing.key")
    assert Store(path="/x.db", signing_key_file="/etc/c2cd/k").signing_key_path == Path("/etc/c2cd/k")
