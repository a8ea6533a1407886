"""The event log in systemd's journal, by the protocol that journald speaks."""

import errno
import logging
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from c2cd.logs.events import written_as_lines
from c2cd.logs.journal import Journal, is_journal
from c2cd.logs.opening import open_logs
from tests.logs.golden import GOLDEN
from tests.logs.test_logs import DENIED, ENTRY

LARGEST = 1_000_000


class Journald:
    """The journal's socket, and what was sent to it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self._socket.settimeout(10.0)

    def read(self) -> dict[str, str]:
        """Give the fields of the next message: ``NAME=value``, or the name, a length and so many bytes."""
        rest, fields = self._socket.recv(LARGEST), {}
        while rest:
            head, _, rest = rest.partition(b"\n")
            name, is_text, value = head.partition(b"=")
            if not is_text:
                length = int.from_bytes(rest[:8], "little")
                value, end, rest = rest[8 : 8 + length], rest[8 + length : 9 + length], rest[9 + length :]
                assert end == b"\n"
            assert name.decode() not in fields
            fields[name.decode()] = value.decode()
        return fields

    def close(self) -> None:
        """Go away, as it does where it is stopped with its socket."""
        self._socket.close()
        self.path.unlink(missing_ok=True)


@pytest.fixture
def journald(tmp_path: Path) -> Iterator[Journald]:
    """Give a journal that listens."""
    listening = Journald(tmp_path / "socket")
    yield listening
    listening.close()


@pytest.fixture
def sender(journald: Journald) -> Iterator[Journal]:
    """Give what writes into it."""
    opened = Journal(journald.path)
    yield opened
    opened.close()


def stream_of(descriptor: int) -> str:
    """Give what systemd says of a stream that it has made."""
    status = os.fstat(descriptor)
    return f"{status.st_dev}:{status.st_ino}"


def test_each_key_is_a_field(journald: Journald, sender: Journal) -> None:
    """A message is the very line, and has every key that is not null as a field."""
    line = GOLDEN.read_bytes().splitlines()[0]
    sender.write([line])
    assert journald.read() == {
        "MESSAGE": line.decode(),
        "PRIORITY": "6",
        "SYSLOG_IDENTIFIER": "c2cd",
        "C2CD_V": "1",
        "C2CD_TIME": "2027-01-15T08:00:00.000Z",
        "C2CD_EVENT": "call.requested",
        "C2CD_ACCOUNT_ID": "acme",
        "C2CD_CLICKTOCALL_ID": "b",
        "C2CD_CALL_ID": "c2c-b-1",
        "C2CD_CONTACT": "+15551234567",
        "C2CD_EXTENSION": "1001",
        "C2CD_CLIENT": "203.0.113.9",
        "C2CD_CLICKED_BY": "token 1f0c77ab90de",
    }


def test_every_line_arrives(journald: Journald, sender: Journal) -> None:
    """Lines of every form come in their order, one message each."""
    lines = GOLDEN.read_bytes().splitlines()
    thread = threading.Thread(target=sender.write, args=(lines,))
    thread.start()  # the queue of a socket is short: who writes waits for who reads
    came = [journald.read() for _ in lines]
    thread.join(10.0)
    assert [fields["MESSAGE"].encode() for fields in came] == lines
    assert {fields["C2CD_V"] for fields in came} == {"1"}
    assert {fields["PRIORITY"] for fields in came if fields["C2CD_EVENT"] == "click.denied"} == {"5"}
    assert "C2CD_CALL_ID" not in came[-1]


@pytest.mark.parametrize(
    ("contact", "field"),
    [
        ("1\nPRIORITY=0\nMESSAGE=forged", "1\nPRIORITY=0\nMESSAGE=forged"),
        ("1=2", "1=2"),
        ("\u0661", "\u0661"),
        ("1\ud8002", r"1\ud8002"),
        ("\n", "\n"),
    ],
)
def test_no_text_makes_a_field(journald: Journald, sender: Journal, contact: str, field: str) -> None:
    """Whatever a click has as its contact is that field's value, whole, and no other field."""
    written_as_lines(sender.write, mask_contacts=False)([replace(DENIED, contact=contact)])
    fields = journald.read()
    assert fields["C2CD_CONTACT"] == field
    assert fields["PRIORITY"] == "5"


def test_a_journal_that_is_away(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Lines that nobody takes are lost, which is told once; those for one that comes anew arrive."""
    path = tmp_path / "socket"
    sender = Journal(path)
    line = GOLDEN.read_bytes().splitlines()[0]
    for _ in range(2):
        sender.write([line, line])
        first = Journald(path)
        sender.write([line])
        assert first.read()["C2CD_EVENT"] == "call.requested"
        first.close()
    sender.close()
    assert (
        caplog.messages
        == [
            f"the event log can't be written: {path}: {os.strerror(errno.ENOENT)}",
            "the event log can be written again; 2 lines of it were lost",
        ]
        * 2
    )


def test_a_line_that_is_too_large(
    journald: Journald, sender: Journal, caplog: pytest.LogCaptureFixture
) -> None:
    """A line that no datagram holds is lost and told, and the next one arrives."""
    whole = GOLDEN.read_bytes().splitlines()[0]
    sender.write([whole.replace(b"1001", b"1" * LARGEST), whole])
    assert journald.read()["MESSAGE"].encode() == whole
    assert "Message too long" in caplog.messages[0]
    assert "1 lines of it were lost" in caplog.messages[1]


def test_what_is_the_journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stream is the journal where systemd says so of that very one; a file or a pipe is not."""
    with (tmp_path / "stream").open("wb") as stream, (tmp_path / "other").open("wb") as other:
        monkeypatch.delenv("JOURNAL_STREAM", raising=False)
        assert not is_journal(stream.fileno())
        monkeypatch.setenv("JOURNAL_STREAM", stream_of(stream.fileno()))
        assert is_journal(stream.fileno())
        assert not is_journal(other.fileno())
        closed = os.dup(stream.fileno())
        os.close(closed)
        assert not is_journal(closed)
        for odd in ("", "8", "8:x"):
            monkeypatch.setenv("JOURNAL_STREAM", odd)
            assert not is_journal(stream.fileno())


WRITES = """
import logging, sys
from pathlib import Path
from c2cd.logs import journal
from c2cd.logs.opening import open_logs
from tests.logs.test_logs import DENIED, ENTRY
journal.Journal.__init__.__defaults__ = (Path(sys.argv[1]),)
with open_logs("debug", sys.argv[2]) as write_event:
    write_event(ENTRY)
    said = logging.getLogger("c2cd.test")
    said.debug("seven"); said.info("six"); said.warning("four\\nlines"); said.error("three")
    said.critical("two"); said.log(25, "odd")
"""


@pytest.mark.parametrize("streams", ["both", "stdout", "stderr", "neither"])
def test_where_the_logs_go(journald: Journald, tmp_path: Path, streams: str) -> None:
    """Lines go to the journal where stdout leads there; messages have priorities where stderr does."""
    out, err = tmp_path / "out", tmp_path / "err"
    with out.open("wb") as stdout, err.open("wb") as stderr:
        both = stdout if streams == "both" else stderr
        named = {"both": stdout, "stdout": stdout, "stderr": stderr}.get(streams)
        environment = {"JOURNAL_STREAM": stream_of(named.fileno())} if named else {}
        subprocess.run(  # noqa: S603 - the words above
            [sys.executable, "-c", WRITES, str(journald.path), "-"],
            stdout=stdout,
            stderr=both,
            env=environment,
            check=True,
            timeout=30,
        )
    said = (out if streams == "both" else err).read_text()
    if streams in {"both", "stdout"}:
        assert journald.read()["C2CD_CALL_ID"] == ENTRY.call_id
        assert b"{" not in out.read_bytes()
    else:
        assert out.read_bytes().startswith(b'{"v":1,')
    if streams in {"both", "stderr"}:
        assert said.splitlines() == [
            "<7>DEBUG c2cd.test: seven",
            "<6>INFO c2cd.test: six",
            "<4>WARNING c2cd.test: four",
            "<4>lines",
            "<3>ERROR c2cd.test: three",
            "<2>CRITICAL c2cd.test: two",
            "<6>Level 25 c2cd.test: odd",
        ]
    else:
        assert "<" not in said
        assert "WARNING c2cd.test: four\nlines" in said


def test_a_file_is_no_journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is named is written, wherever stdout leads."""
    monkeypatch.setattr("c2cd.logs.opening.is_journal", lambda _: True)
    file = tmp_path / "events.log"
    with open_logs("info", str(file)) as write_event:
        write_event(ENTRY)
        logging.getLogger("c2cd.test").info("x")
    assert file.read_bytes().count(b"\n") == 1
