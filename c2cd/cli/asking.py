"""A question to the running daemon, over its own HTTP interface."""

import http.client
import json
import socket
from http import HTTPStatus
from pathlib import Path

from c2cd.config import Http
from c2cd.errors import C2cdError, Unavailable

# Longer than the daemon waits for its switch.
_SECONDS = 15.0
# Who listens everywhere is reached here.
_HERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - nothing is bound to it


class Refused(C2cdError):
    """The daemon said no; the message is its own."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class _Unix(http.client.HTTPConnection):
    """HTTP by a Unix socket."""

    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=_SECONDS)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(_SECONDS)
        self.sock.connect(str(self._path))


def ask_daemon(listens: Http, path: str, data: object, token: str) -> None:
    """POST data to a path of the daemon that listens there; Refused where it answers with an error.

    Unavailable where nobody answers.
    """
    connection = _connection(listens)
    headers = {"Content-Type": "application/json", "X-Auth-Token": token}
    try:
        connection.request("POST", path, json.dumps({"data": data}), headers)
        answer = connection.getresponse()
        said = answer.read()
    except (OSError, http.client.HTTPException) as error:
        message = f"c2cd does not answer at {listens.listen} (http.listen): {error}"
        raise Unavailable(message) from error
    finally:
        connection.close()
    if answer.status != HTTPStatus.OK:
        raise Refused(answer.status, _message(answer.status, said))


def _connection(listens: Http) -> http.client.HTTPConnection:
    if listens.unix_path is not None:
        return _Unix(listens.unix_path)
    host, port = listens.address
    return http.client.HTTPConnection(_HERE.get(host, host), port, timeout=_SECONDS)


def _message(status: int, said: bytes) -> str:
    try:
        return str(json.loads(said)["data"]["message"])
    except (ValueError, LookupError, TypeError):
        return f"c2cd answered with {status}, and not as it should: does something else listen there?"
