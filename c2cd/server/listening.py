"""The sockets that requests come in by."""

import contextlib
import errno
import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

from c2cd.config import Http
from c2cd.errors import ConfigError, Unavailable
from c2cd.server.serving import BACKLOG


@contextlib.contextmanager
def listening(http: Http, key: str = "listen") -> Iterator[socket.socket]:
    """Open the socket that requests come in by. Unavailable, with its key in [http], where it can't be."""
    try:
        listener = _bind(http)
    except (OSError, UnicodeError) as error:  # the latter: a host name that can't be one
        number = getattr(error, "errno", None) or 0
        why = os.strerror(number) if number > 0 else str(error)
        message = f"http.{key}: can't listen on {http.listen}: {why}"
        raise Unavailable(message) from error
    with listener:
        listener.listen(BACKLOG)
        listener.setblocking(False)  # noqa: FBT003 - the standard library's
        yield listener
    if http.unix_path is not None:
        http.unix_path.unlink(missing_ok=True)


def _bind(http: Http) -> socket.socket:
    if http.unix_path is not None:
        _clear(http.unix_path)
        listener = socket.socket(socket.AF_UNIX)
        try:
            listener.bind(str(http.unix_path))
            _open_to(http.unix_path, http.socket_group, int(http.socket_mode, 8))
        except (OSError, ConfigError):
            listener.close()
            raise
        return listener
    host, port = http.address
    family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    listener = socket.create_server((host, port), family=family)
    # asyncio sets it for sockets that it makes itself; without it an answer waits 40 ms for a delayed ACK.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _clear(path: Path) -> None:
    """Remove a socket that a daemon left which was killed. OSError where somebody listens at it."""
    if path.is_socket():
        with socket.socket(socket.AF_UNIX) as caller:
            caller.setblocking(False)  # noqa: FBT003 - the standard library's
            if caller.connect_ex(str(path)) in {0, errno.EAGAIN}:  # the latter: more wait than it takes
                raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE))
        path.unlink()


def _open_to(path: Path, group: str | None, mode: int) -> None:
    """Give a socket its group and mode, whatever the umask; nobody comes in before it listens."""
    if group is not None:
        try:
            shutil.chown(path, group=group)
        except LookupError as error:
            message = f"http.socket_group: this host has no group {group!r}"
            raise ConfigError(message) from error
        except OSError as error:
            message = (
                f"http.socket_group: {path} can't be given to {group!r}: {error.strerror}."
                " Is the daemon's user in that group, and does its unit let it (see the README)?"
            )
            raise ConfigError(message) from error
    path.chmod(mode)


def name_of(listener: socket.socket) -> str:
    """Give the URL of a socket, or ``unix:`` and its path."""
    address = listener.getsockname()
    if isinstance(address, str):
        return f"unix:{address}"
    host = f"[{address[0]}]" if ":" in address[0] else address[0]
    return f"http://{host}:{address[1]}"
