"""A flood of events: what concerns no click is not even read, and nothing grows with it."""

import asyncio
import itertools
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from c2cd.calls.following import Follower
from c2cd.clock import SystemClock
from c2cd.model.switching import SwitchEvent
from c2cd.switch import wire
from c2cd.switch.events import OURS, read_event
from c2cd.switch.simulated import SimulatedSwitch
from tests.calls.room import open_room
from tests.loop_watch import longest
from tests.process import Daemon, resident, running
from tests.switch import recorded
from tests.switch.foreign import foreign_events
from tests.switch.proxy import Proxy
from tests.switch.scripted import message
from tests.switch.stage import Stage
from tests.switch.turning import until
from tests.web.site import SECRET, quick_phone

# Milliseconds of the loop, as tests/web/test_blocking.py allows to a client.
LONGEST = 20.0
PENDING = "action/1/1"
FOREIGN = list(itertools.islice(foreign_events(), 21))  # a call's
RECORDED = [
    text.replace("\n", "\r\n").encode() + b"\r\n"
    for name, text in vars(recorded).items()
    if name.isupper() and "Event: " in text
]

Headers = Mapping[str, str]
ANSWERED = {"response", "actionid", "uniqueid", "x"}


class Counting(Follower):
    """A follower that counts the events that it took, and how many waited for it at most."""

    took = 0
    most = 0

    def take(self, event: SwitchEvent) -> None:
        """Count, and take."""
        self.took += 1
        self.most = max(self.most, self._switch.events.qsize() + 1)
        super().take(event)


def meaning_of(headers: Headers) -> object:
    """Give what the link takes from an event."""
    return "booted" if headers.get("event") == "FullyBooted" else read_event(headers)


def heard(pieces: list[bytes], count: wire.Heard | None = None) -> tuple[list[object], list[Headers]]:
    """Give what a protocol that gets these pieces makes of them: what is read of events, and answers."""
    events: list[Headers] = []
    protocol = wire._Protocol(events.append, count or wire.Heard())
    answers: list[Headers] = []
    with socket.socket() as unused:
        protocol.connection_made(asyncio.Transport({"socket": unused}))
    protocol.responses[PENDING] = SimpleNamespace(
        future=SimpleNamespace(done=lambda: False, set_result=answers.append)
    )
    for piece in pieces:
        protocol.data_received(piece)
    return [meaning for event in events if (meaning := meaning_of(event)) is not None], answers


def plainly(stream: bytes) -> tuple[list[object], list[Headers]]:
    """Give the same by the plainest of rules: everything is read, and a header that comes twice is none."""
    events: list[object] = []
    answers: list[Headers] = []
    for found in stream.split(b"\r\n\r\n")[:-1]:
        pairs = [line.split(": ", 1) for line in found.decode(errors="replace").strip().split("\r\n")]
        keys = [pair[0].lower() for pair in pairs]
        headers = {pair[0].lower(): pair[-1] for pair in pairs if keys.count(pair[0].lower()) == 1}
        if "event" in headers:
            events.append(meaning_of(headers))
        elif "response" in headers and headers.get("actionid") == PENDING:
            answers.append({key: headers[key] for key in ANSWERED & headers.keys()})
    return [event for event in events if event is not None], answers


values = st.one_of(
    st.sampled_from(
        ["", PENDING, recorded.CALL, OURS, "C2C-x", "1763910000.1", "FullyBooted", "Hangup", "Zoë 電話 📞"]
    ),
    st.text(st.characters(exclude_characters="\r\n", codec="utf-8"), max_size=12),
)
keys = st.sampled_from(
    [
        "Event",
        "event",
        "EVENT",
        "Response",
        "ActionID",
        "actionid",
        "Uniqueid",
        "Linkedid",
        "DestLinkedid",
        "X",
    ]
)
lines = st.builds(lambda key, colon, value: f"{key}{colon}{value}\r\n".encode(), keys, st.just(": "), values)
made_up = st.builds(lambda found: b"".join(found) + b"\r\n", st.lists(lines, max_size=5))
anything = st.one_of(
    st.sampled_from(FOREIGN), st.sampled_from(RECORDED), made_up, st.sampled_from([b"\r\n", b"\xff", b"\xc3"])
)


@settings(deadline=None, max_examples=300)
@given(st.lists(anything, max_size=8), st.lists(st.integers(0, 4000), max_size=8))
@example([b"Event: Hangup\r\nUniqueid: c2\xffc-1\r\n\r\n"], [])
@example([b"Event: UserEvent\r\nActionID: 1\r\nActionID: 2\r\n\r\n", RECORDED[0]], [])
@example([b"Event: FullyBooted\r\n\r\n", FOREIGN[0]], [9])
@example([b"\r\nEvent: OriginateResponse\r\nactionid: c2c-1\r\n\r\n"], [])
@example([b"Event: X\r\nactionid: " + PENDING.encode() + b"\r\n\r\n"], [])
def test_what_is_left_unread_says_nothing(messages: list[bytes], cuts: list[int]) -> None:
    """Whatever comes, in whatever pieces: what is heard is the same as if each message were read."""
    stream = b"".join(messages)
    places = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    events, answers = heard([stream[start:end] for start, end in itertools.pairwise(places)])
    shown = [{key: answer[key] for key in ANSWERED & answer.keys()} for answer in answers]
    assert (events, shown) == plainly(stream)


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Note which messages are parsed."""
    messages: list[bytes] = []
    read = wire._read

    def noting(message: bytes) -> Headers:
        messages.append(message + b"\r\n\r\n")
        return read(message)

    monkeypatch.setattr(wire, "_read", noting)
    return messages


def test_foreign_events_are_not_read(parsed: list[bytes]) -> None:
    """Events of others' calls are not parsed, in any language; but for one, which tells that they come."""
    heard(
        [
            b"".join(FOREIGN),
            b"".join(FOREIGN),
            recorded.CALL_OF_OTHERS.replace("\n", "\r\n").encode() + b"\r\n",
        ]
    )
    assert parsed == FOREIGN[:1]
    count = wire.Heard()
    heard([b"".join(FOREIGN), RECORDED[0]], count)
    assert (count.messages, count.read) == (len(FOREIGN) + 1, 2)
    parsed.clear()
    heard([RECORDED[0], b"Event: PeerStatus\r\nPeer: PJSIP/102\r\n\r\n"])
    assert parsed == RECORDED[:1]


def test_of_our_calls_only_what_is_used_is_read(parsed: list[bytes]) -> None:
    """Where no filter keeps them back, events of our calls that say nothing new are not parsed either."""
    heard([b"".join(FOREIGN).replace(b"1763910000.", b"c2c-1763910000.")])
    kinds = [message.partition(b"\r\n")[0].removeprefix(b"Event: ").decode() for message in parsed]
    assert kinds == ["DialBegin", "DialState", "DialEnd", "BridgeEnter", "Hangup"]


async def test_a_backlog_is_read_a_little_at_a_time(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """However much waits to be read, 32 KiB are read at a time, and others have their turn in between."""
    sizes: list[int] = []
    read = wire._Protocol.data_received

    def noting(self: wire._Protocol, data: bytes) -> None:
        sizes.append(len(data))
        read(self, data)

    monkeypatch.setattr(wire._Protocol, "data_received", noting)
    async with stage.up():
        backlog = b"".join(FOREIGN) * 400
        stage.server.last.say(backlog)
        await until(lambda: sum(sizes) > len(backlog))
    assert max(sizes) <= 32 * 1024


async def test_events_of_calls_that_nobody_knows_leave_nothing(stage: Stage) -> None:
    """Events with ids like ours are taken as fast as they are read, and nothing is kept of unknown calls."""
    hangups = [
        message(Event="Hangup", Uniqueid=f"c2c-b-{number}", Linkedid=f"c2c-b-{number}", Cause="16")
        for number in range(20_000)
    ]
    async with stage.up() as link, open_room(stage.clock) as room:
        follower = Counting(stage.clock, link, room.ledger, room.gate)
        following = asyncio.create_task(follower.run())
        stage.server.last.say(b"".join(hangups))
        await until(lambda: follower.took >= len(hangups))
        following.cancel()
        assert follower.most <= 32 * 1024 // len(hangups[0]) + 1
        assert list(room.ledger) == []
        assert room.rows.saves == []


async def test_a_daemon_in_a_flood(tmp_path: Path) -> None:
    """A flood that has ids like ours, faster than any switch's, stops the loop for no longer than else."""
    seen = tmp_path / "longest"
    async with SimulatedSwitch(SystemClock(), "c2cd", SECRET, phones=quick_phone).listening() as port:
        proxy = Proxy(port)
        async with proxy.listening() as flooded:
            daemon = Daemon(tmp_path, flooded, secret=SECRET)
            daemon.command = [sys.executable, "-m", "tests.loop_watch", str(seen)]
            async with running(daemon):
                button_id = await daemon.create_button()
                assert (await daemon.click(button_id, "+15551234")).json()["data"]["result"] == "success"
                assert daemon._process is not None
                pid = daemon._process.pid
                await longest(pid, seen)
                before = resident(pid)
                ours = b"".join(FOREIGN).replace(b"1763910000.", b"c2c-1763910000.")
                for _ in range(10):
                    proxy.interject((b"".join(FOREIGN) + ours) * 100)
                assert (await daemon.click(button_id, "+15551234")).json()["data"]["result"] == "success"
                assert resident(pid) - before < 8
                milliseconds, _, which = (await longest(pid, seen)).partition(" ")
    assert float(milliseconds) < LONGEST, which
