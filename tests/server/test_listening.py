"""The sockets that requests come in by: who may, and what is said where there can be none."""

import grp
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from c2cd.config import Http
from c2cd.errors import ConfigError, Unavailable
from c2cd.server.listening import listening

# Root gives a socket to whomever it likes, others to their own groups.
GROUP = "daemon" if os.geteuid() == 0 else grp.getgrgid(os.getgid()).gr_name


@pytest.fixture(params=[0o000, 0o077])
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    """Run the test under an open umask and under a narrow one."""
    before = os.umask(request.param)
    yield
    os.umask(before)


def unix(folder: Path, mode: str = "0666", group: str | None = None) -> Http:
    """Give the settings of a Unix socket."""
    return Http(listen=f"unix:{folder / 'http.sock'}", socket_mode=mode, socket_group=group)


@pytest.mark.usefixtures("umask")
@pytest.mark.parametrize("mode", ["0666", "0660", "600"])
def test_who_may_come_in(tmp_path: Path, mode: str) -> None:
    """A Unix socket has the mode of the configuration, whatever the umask."""
    with listening(unix(tmp_path, mode)):
        assert (tmp_path / "http.sock").stat().st_mode & 0o7777 == int(mode, 8)


def test_whose_group_it_is(tmp_path: Path) -> None:
    """A Unix socket is of the group of the configuration, else of the daemon's own."""
    with listening(unix(tmp_path)):
        assert (tmp_path / "http.sock").stat().st_gid == os.getegid()
    with listening(unix(tmp_path, "0660", GROUP)):
        assert (tmp_path / "http.sock").group() == GROUP


def test_a_group_that_is_not_there(tmp_path: Path) -> None:
    """A group that the host does not have is told by key and name."""
    words = "^http.socket_group: this host has no group 'no-such-group'$"
    with pytest.raises(ConfigError, match=words), listening(unix(tmp_path, group="no-such-group")):
        pass


def test_a_group_that_may_not_be_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system does not let the socket be given away, path, group and its words are told."""

    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "chown", refuse)
    words = (
        rf"^http\.socket_group: {tmp_path}/http.sock can't be given to '{GROUP}': Operation not permitted\. "
    )
    with pytest.raises(ConfigError, match=words), listening(unix(tmp_path, group=GROUP)):
        pass


def test_a_place_where_somebody_listens(tmp_path: Path) -> None:
    """A socket that is in use, be it by our own metrics, is left alone; one that was left behind is not."""
    http = unix(tmp_path)
    path = tmp_path / "http.sock"
    with socket.socket(socket.AF_UNIX) as killed:
        killed.bind(str(path))
    with listening(http):
        inode = path.stat().st_ino
        with pytest.raises(Unavailable, match="Address already in use"), listening(http, "metrics_listen"):
            pass
        assert path.stat().st_ino == inode
    assert not path.exists()
