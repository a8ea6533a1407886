"""Both logs, written to real files and pipes."""

import concurrent.futures
import contextlib
import errno
import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from c2cd.logs import scribe
from c2cd.logs.events import Stdout
from c2cd.logs.file import LineFile
from c2cd.logs.losses import LOST_LINES
from c2cd.logs.opening import Logs, _EventLog, open_logs
from c2cd.model.journal import Entry
from tests.lab.disk import Disk

FIXED = {"v", "time", "event", "account_id", "clicktocall_id", "call_id"}
ENTRY = Entry(
    time="2027-01-15T08:00:00.000Z",
    event="call.requested",
    account_id="acme",
    clicktocall_id="b",
    call_id="c2c-b-1",
)
DENIED = Entry(
    time="2027-01-15T08:00:01.000Z",
    event="click.denied",
    account_id="acme",
    clicktocall_id="b",
    call_id=None,
    contact="1\n2\u2028",
    rule="number",
)


class Stuck:
    """A terminal or pipe that takes nothing until it is let go."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.let_go = threading.Event()
        self.took_all = threading.Event()  # the one that was being written and the three that waited
        self.taken: list[str] = []

    def write(self, text: str) -> None:
        """Take a text, once let go."""
        self.reached.set()
        self.let_go.wait(10.0)
        self.taken += text.splitlines()
        if len(self.taken) == 4:
            self.took_all.set()

    def flush(self) -> None:
        """Do nothing."""


class Gone:
    """A stdout that nobody reads any more."""

    def write(self, _text: str) -> None:
        """Take nothing."""
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))


@contextmanager
def stuck_stdout(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stuck]:
    """Put a reader that is stuck in the place of stdout, and let the logs hold three lines."""
    terminal = Stuck()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", terminal)
        patch.setattr(scribe, "MOST_WAITING", 3)
        yield terminal
        terminal.let_go.set()


def read(file: Path) -> list[dict[str, object]]:
    """Read what the event log's file holds."""
    return [json.loads(line) for line in file.read_text().removesuffix("\n").split("\n")]


@contextmanager
def at_level(level: str) -> Iterator[None]:
    """Have messages said from this level on while the block runs."""
    root = logging.getLogger()
    before = root.level
    root.setLevel(level)
    yield
    root.setLevel(before)


def test_the_event_log_turns_to_another_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is said after a change stands in the new place; where that can't be opened all stays as it was."""
    first, second = tmp_path / "first.log", tmp_path / "second.log"
    event_log = _EventLog()
    event_log.open(str(first), mask_contacts=False)
    logs = Logs(lambda entry: event_log.write([entry]), event_log)
    with at_level("INFO"), contextlib.closing(event_log):
        logs(ENTRY)
        logs.change("info", str(tmp_path / "never.log"), mask_contacts=False)
        logs.change("info", str(second), mask_contacts=True)
        logs(DENIED)
        with pytest.raises(FileNotFoundError):
            logs.change("debug", str(tmp_path / "none" / "events.log"), mask_contacts=False)
        assert logging.getLogger().level == logging.INFO
        logs(DENIED)
        logs.change("error", "-", mask_contacts=False)
        assert logging.getLogger().level == logging.ERROR
        logs(ENTRY)
    assert [line["event"] for line in read(first)] == [ENTRY.event]
    assert [(line["event"], line["contact"]) for line in read(second)] == [(DENIED.event, "**2\u2028")] * 2
    assert json.loads(capsys.readouterr().out)["event"] == ENTRY.event


def test_no_place_is_opened_twice(tmp_path: Path) -> None:
    """However often the same is asked for while nothing is written, nothing more is open by it."""
    event_log = _EventLog()
    event_log.open(str(tmp_path / "events.log"), mask_contacts=False)
    logs = Logs(lambda entry: event_log.write([entry]), event_log)
    with at_level("INFO"), contextlib.closing(event_log):
        before = len(list(Path("/proc/self/fd").iterdir()))
        for _ in range(3):
            logs.change("info", str(tmp_path / "events.log"), mask_contacts=False)
        assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_json_a_line(tmp_path: Path) -> None:
    """Each line is one JSON object with the fixed keys, also where there is no call, whatever it holds."""
    file = tmp_path / "events.log"
    with open_logs("info", str(file)) as write_event:
        write_event(ENTRY)
        write_event(DENIED)
    first, second = read(file)
    assert first == {
        "v": 1,
        "time": "2027-01-15T08:00:00.000Z",
        "event": "call.requested",
        "account_id": "acme",
        "clicktocall_id": "b",
        "call_id": "c2c-b-1",
    }
    assert second.keys() == FIXED | {"contact", "rule"}
    assert second["call_id"] is None
    assert second["contact"] == "1\n2\u2028"
    assert file.read_bytes().isascii()  # no text of a request steers the terminal that shows it


@pytest.mark.parametrize(
    ("contact", "shown"),
    [
        ("+15551234567", "**********67"),
        ("101", "*01"),
        ("12", "12"),
        ("7", "7"),
        ("", ""),
        ("sip:bob@example.com", "sip:*ob@example.com"),
        ("sips:+15551234@example.com:5061", "sips:*******34@example.com:5061"),
        ("sip:al@example.com", "sip:al@example.com"),
        ("sip:bob@example.com;tel=+1555", "***************************55"),  # a denied one: not read as a URI
        ("sip:5551234@5551234@h", "*******************@h"),
        ("call +1 555 1234", "**************34"),
        ("1\n2\u2028", "**2\u2028"),
    ],
)
def test_masked_contacts(tmp_path: Path, contact: str, shown: str) -> None:
    """Where contacts are masked, of a number, a SIP URI's user or what was denied two signs are left."""
    for is_masked, wanted in ((True, shown), (False, contact)):
        file = tmp_path / f"{is_masked}.log"
        with open_logs("info", str(file), mask_contacts=is_masked) as write_event:
            for entry in (DENIED, ENTRY):
                write_event(replace(entry, contact=contact))
            write_event(ENTRY)
        assert [line.get("contact") for line in read(file)] == [wanted, wanted, None]
        assert {**read(file)[0], "contact": ""} == {**msgspec.to_builtins(DENIED), "contact": ""}


def test_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    """The event log goes to stdout where its file is -, and messages go to stderr."""
    with open_logs("info", "-") as write_event:
        write_event(ENTRY)
        logging.getLogger("c2cd.test").info("a message")
    said = capsys.readouterr()
    assert [json.loads(line)["event"] for line in said.out.splitlines()] == ["call.requested"]
    assert "INFO c2cd.test: a message" in said.err


def test_level(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Messages below the level are not written; the event log has no level."""
    file = tmp_path / "events.log"
    with open_logs("error", str(file)) as write_event:
        logging.getLogger("c2cd.test").warning("too quiet")
        logging.getLogger("c2cd.test").error("loud")
        write_event(ENTRY)
    said = capsys.readouterr().err
    assert "loud" in said
    assert "too quiet" not in said
    assert len(read(file)) == 1


def test_rotated(tmp_path: Path) -> None:
    """A file that logrotate has moved away is opened anew, and no line is lost."""
    file, moved = tmp_path / "events.log", tmp_path / "events.log.1"
    with open_logs("info", str(file)) as write_event:
        write_event(ENTRY)
    with open_logs("info", str(file)) as write_event:  # the file is there from the start, and appended to
        file.rename(moved)
        write_event(DENIED)
    assert [line["event"] for line in read(moved)] == ["call.requested"]
    assert [line["event"] for line in read(file)] == ["click.denied"]


def test_a_torn_line_is_ended(tmp_path: Path) -> None:
    """A line that a former run could not end takes none of the next one's with it."""
    file = tmp_path / "events.log"
    file.write_text('{"time":"2027-01-15T07')
    with open_logs("info", str(file)) as write_event:
        write_event(ENTRY)
        write_event(DENIED)
    torn, *whole = file.read_text().splitlines()
    assert torn == '{"time":"2027-01-15T07'
    assert [json.loads(line)["event"] for line in whole] == ["call.requested", "click.denied"]


def test_a_disk_that_is_full(disk: Disk, capsys: pytest.CaptureFixture[str]) -> None:
    """What a full disk does not take is lost, which is told once; what follows is whole lines."""
    file = disk.folder / "events.log"
    with open_logs("info", str(file)) as write_event:
        write_event(ENTRY)
    disk.fill()
    with open_logs("info", str(file)) as write_event:
        for _ in range(100):  # the first of them fit into the last block
            write_event(ENTRY)
    disk.free()
    with open_logs("info", str(file)) as write_event:
        write_event(DENIED)
    said = capsys.readouterr().err
    assert said.count("can't be written") == 1
    assert f"the event log can't be written: {file}: No space left on device" in said
    assert "Traceback" not in said
    *before, last = file.read_text().splitlines()
    assert json.loads(last)["event"] == "click.denied"
    torn = [line for line in before if not line.endswith("}")]
    assert len(torn) <= 1
    assert 1 < len(before) < 100


def test_a_file_that_takes_lines_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Once lines are taken again it is said how many were lost."""
    file = tmp_path / "events.log"
    file.symlink_to("/dev/full")
    lines, lost = LineFile(file), LOST_LINES["events"]
    for _ in range(3):
        lines.write([b"lost"])
    assert LOST_LINES["events"] == lost + 3
    file.unlink()
    lines.write([b"here"])
    lines.close()
    assert file.read_text() == "here\n"
    assert caplog.messages == [
        f"the event log can't be written: {file}: No space left on device",
        "the event log can be written again; 3 lines of it were lost",
    ]


def test_a_file_that_cannot_be_opened_anew(tmp_path: Path) -> None:
    """Where the file was moved away and none can be made, lines are lost until one can, and no longer."""
    folder = tmp_path / "logs"
    folder.mkdir()
    file, moved = folder / "events.log", tmp_path / "moved"
    lines = LineFile(file)
    folder.rename(moved)
    for _ in range(3):
        lines.write([b"lost"])
    folder.mkdir()
    lines.write([b"here"])
    lines.close()
    assert file.read_text() == "here\n"


def test_a_file_that_fails_to_close(tmp_path: Path) -> None:
    """A disk that fails when the file that was moved away is closed costs a line, and not the log."""
    file = tmp_path / "events.log"
    lines = LineFile(file)
    os.close(lines.stream.fileno())
    file.rename(tmp_path / "moved")
    for line in (b"lost", b"here"):
        lines.write([line])
    lines.close()
    assert file.read_text() == "here\n"


def test_a_new_file_has_nothing_to_end(tmp_path: Path) -> None:
    """What is torn at the end of a file that is moved away is nothing that the next one begins with."""
    file = tmp_path / "events.log"
    file.write_text("torn")
    lines = LineFile(file)
    file.rename(tmp_path / "moved")
    lines.write([b"here"])
    lines.close()
    assert file.read_text() == "here\n"


def test_file_that_cannot_be_opened(tmp_path: Path) -> None:
    """A file that can't be opened is an OSError at the start, not a log that stays empty."""
    with pytest.raises(OSError, match="events"), open_logs("info", str(tmp_path / "none" / "events")):
        pytest.fail("opened")


def test_slow_reader_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a reader is too slow for is dropped and counted, and whoever writes never waits."""
    lost = LOST_LINES["events"]
    with stuck_stdout(monkeypatch) as stuck, open_logs("info", "-") as write_event:
        write_event(ENTRY)
        assert stuck.reached.wait(10.0)
        for _ in range(10):  # three wait, seven are dropped
            write_event(ENTRY)
        assert stuck.taken == []
        stuck.let_go.set()
        assert stuck.took_all.wait(10.0)
        write_event(DENIED)
    assert len(stuck.taken) == 5
    assert LOST_LINES["events"] == lost + 7
    assert "7 lines of a log were dropped" in capsys.readouterr().err


def test_closing_waits_for_a_slow_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """Closing the logs while their queue is full writes what waits there, and raises nothing."""
    with stuck_stdout(monkeypatch) as stuck:
        logs = open_logs("info", "-")
        write_event = logs.__enter__()
        write_event(ENTRY)
        assert stuck.reached.wait(10.0)
        for _ in range(10):
            write_event(ENTRY)
        with concurrent.futures.ThreadPoolExecutor() as pool:
            closing = pool.submit(logs.__exit__, None, None, None)
            concurrent.futures.wait([closing], 0.1)
            stuck.let_go.set()
            closing.result(10.0)
    assert len(stuck.taken) == 4


STUCK = """
import sys
from c2cd.logs import scribe
from c2cd.logs.opening import Logs, _EventLog, open_logs
from tests.logs.test_logs import ENTRY
scribe.LONGEST_FAREWELL = 0.1
with open_logs("info", "-") as write_event:
    for _ in range(1000):
        write_event(ENTRY)
    if sys.argv[1] == "fails":
        raise ValueError
"""


@pytest.mark.parametrize(("ends", "code"), [("well", 0), ("fails", os.EX_IOERR)])
def test_who_does_not_read_keeps_nobody_from_the_end(ends: str, code: int) -> None:
    """While nobody reads the log what wrote it ends all the same, and with 0 where it ended well."""
    command = [sys.executable, "-c", STUCK, ends]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:  # noqa: S603 - the words above
        assert process.wait(20.0) == code


def test_logs_are_given_back(tmp_path: Path) -> None:
    """Once closed, nothing of the logs is left on the loggers."""
    root = logging.getLogger()
    before = root.level, list(root.handlers)
    with open_logs("debug", str(tmp_path / "events.log")):
        assert root.level == logging.DEBUG
    assert (root.level, list(root.handlers)) == before


def test_nobody_on_stdout(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Where who read stdout has gone that is said, the lines are counted, and the log goes on."""
    lost = LOST_LINES["events"]
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", Gone())
        with open_logs("info", "-") as write_event:
            write_event(ENTRY)
    assert "the event log can't be written: stdout: Broken pipe" in capsys.readouterr().err
    assert LOST_LINES["events"] == lost + 1


def test_nobody_on_stdout_is_said_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """However long nobody reads stdout that is one message, and one more when somebody does again."""
    stdout = Stdout()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", Gone())
        for _ in range(3):
            stdout.write([b"a", b"b"])
    stdout.write([b"c"])
    assert caplog.messages == [
        "the event log can't be written: stdout: Broken pipe",
        "the event log can be written again; 6 lines of it were lost",
    ]


def test_nobody_on_stderr(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where nobody reads messages any more they are counted, and the event log goes on."""
    lost, file = LOST_LINES["messages"], tmp_path / "events.log"
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", Gone())
        with open_logs("info", str(file)) as write_event:
            logging.getLogger("c2cd.test").error("a message")
            write_event(ENTRY)
    assert LOST_LINES["messages"] == lost + 1
    assert len(read(file)) == 1


def test_lines_come_in_lumps(tmp_path: Path) -> None:
    """What is told while a lump is written comes with the next one, in its order, each line whole."""
    file = tmp_path / "events.log"
    with open_logs("info", str(file)) as write_event:
        for number in range(5_000):
            write_event(replace(ENTRY, call_id=f"c2c-b-{number}"))
    assert [line["call_id"] for line in read(file)] == [f"c2c-b-{number}" for number in range(5_000)]


def test_a_lump_that_does_not_fit(disk: Disk, caplog: pytest.LogCaptureFixture) -> None:
    """Of a lump that a disk takes in part the whole lines are there, and the others are counted."""
    file = disk.folder / "events.log"
    lines = LineFile(file)
    lines.write([b"first"])
    disk.fill()
    lump = [b"%07d" % number for number in range(10_000)]
    lines.write(lump)
    disk.free()
    lines.write([b"last"])
    lines.close()
    first, *whole, last = file.read_bytes().splitlines()
    assert (first, last) == (b"first", b"last")
    there = [line for line in whole if len(line) == 7]
    assert there == lump[: len(there)]
    assert (
        caplog.messages[-1]
        == f"the event log can be written again; {10_000 - len(there)} lines of it were lost"
    )


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\x7f", "\x9b", "\u202e", "\ufeff", "é"])
def test_no_text_steers_a_terminal(tmp_path: Path, sign: str) -> None:
    """Whatever a click says of its contact, a line is printable ASCII, which journalctl shows as it is."""
    file = tmp_path / "events.log"
    with open_logs("info", str(file)) as write_event:
        write_event(replace(DENIED, contact=f"1{sign}2"))
    text = file.read_text().removesuffix("\n")
    assert (text.isascii(), text.isprintable()) == (True, True)
    assert read(file)[0]["contact"] == f"1{sign}2"


def test_text_that_is_no_unicode(tmp_path: Path) -> None:
    """Whatever text an entry holds, it is a line, and the next one follows."""
    file = tmp_path / "events.log"
    with open_logs("info", str(file)) as write_event:
        write_event(replace(DENIED, contact="1\ud8002"))
        write_event(ENTRY)
    assert [line.get("contact") for line in read(file)] == ["1\ud8002", None]
