"""A click as people write it: log in, send the Originate, log off; a process of its own for each.

    python click.py SETTINGS CONTACT ID

It waits for no outcome and keeps nothing.
"""

import json
import re
import socket
import sys
from io import BufferedIOBase


def response(stream: BufferedIOBase) -> bytes:
    """Read one message, and give its first line."""
    first = line = stream.readline().strip()
    while line:
        line = stream.readline().strip()
    return first


def main(file: str, contact: str, call_id: str) -> None:
    """Click."""
    if not re.fullmatch(r"\+1[0-9]{10}", contact):
        sys.exit("not a number")
    with open(file) as saved:  # noqa: PTH123 - a process per click imports little
        settings = json.load(saved)
    with socket.create_connection((settings["host"], settings["port"]), 5) as connection:
        stream = connection.makefile("rwb")
        stream.readline()  # its greeting
        login = f"Action: Login\r\nUsername: {settings['username']}\r\nSecret: {settings['secret']}\r\n"
        stream.write(f"{login}Events: off\r\n\r\n".encode())
        stream.flush()
        logged_in = response(stream)
        stream.write((settings["order"] % {"id": call_id, "contact": contact}).encode())
        stream.flush()
        answer = response(stream)
        stream.write(b"Action: Logoff\r\n\r\n")
        stream.flush()
        response(stream)
    if {logged_in, answer} != {b"Response: Success"}:
        sys.exit(f"{logged_in!r} {answer!r}")


if __name__ == "__main__":
    main(*sys.argv[1:])
