"""The wire: what may leave it, and what comes of bytes that arrive in any pieces."""

import asyncio
import socket
import ssl
from contextlib import suppress
from pathlib import Path

import pytest
from msgspec.structs import replace

from c2cd.errors import SwitchUnreachable
from c2cd.model.switching import Channel, HungUp, OriginateDecided, Snapshot
from c2cd.switch import wire as wire_module
from c2cd.switch.wire import LONGEST_LINE, Headers, Heard, WireClosed, connect
from tests.clock import ManualClock
from tests.switch.opened import listed, opened
from tests.switch.scripted import Message, Visitor, drop, message, silence
from tests.switch.stage import CALL, ORDER, Stage, waiting
from tests.switch.turning import turn, until

NAME = "Zoë Ñandú 電話 📞 Ünïcødé"


UNSENDABLE = {
    "CR LF": "1001\r\nAction: Command",
    "LF": "1001\nVariable: x",
    "CR": "1001\rx",
    "NUL": "1001\0",
    "escape": "\x1b[31m",
    "delete": "1001\x7f",
    "next line": "1001\x85x",
    "line separator": "1001\u2028x",
    "lone surrogate": "\ud800",
    "too long": "x" * LONGEST_LINE,
    "too long in bytes": "é" * 600,
}


@pytest.mark.parametrize("value", UNSENDABLE.values(), ids=UNSENDABLE)
async def test_a_value_that_would_break_out_does_not_leave(stage: Stage, value: str) -> None:
    """A value that could begin a line, or that the switch would cut, is a ValueError before any byte left."""
    async with opened(stage) as line:
        with pytest.raises(ValueError, match="AMI header Channel"):
            await line.wire.ask({"Action": "Originate", "Channel": value}, 5)
        await line.wire.ask({"Action": "Ping"}, 5)
    assert stage.server.last.heard.startswith(b"Action: Ping\r\n")
    assert stage.server.count("Originate") == 0


@pytest.mark.parametrize("value", UNSENDABLE.values(), ids=UNSENDABLE)
async def test_each_value_of_a_list_is_held_to_the_same(stage: Stage, value: str) -> None:
    """A header that comes more than once may hold in none of its lines what would break out."""
    async with opened(stage) as line:
        with pytest.raises(ValueError, match="AMI header Variable"):
            await line.wire.ask({"Action": "Originate", "Variable": ["A=1", value]}, 5)
        await turn()
    assert stage.server.last.heard == b""


async def test_a_list_is_a_line_for_each_value(stage: Stage) -> None:
    """A header with a list of values comes once for each, in their order, each as long as a line may be."""
    long = "x" * (LONGEST_LINE - len("Variable: "))
    async with opened(stage) as line:
        await line.wire.ask({"Action": "Ping", "Variable": ["B=1", long, "A=2"]}, 5)
    assert f"Variable: B=1\r\nVariable: {long}\r\nVariable: A=2\r\n".encode() in stage.server.last.heard


async def test_a_key_is_held_to_the_same(stage: Stage) -> None:
    """A header's name can't break out either."""
    async with opened(stage) as line:
        with pytest.raises(ValueError, match="control character"):
            await line.wire.ask({"Action": "Ping", "X\r\nAction: Command\r\nCommand": "x"}, 5)
        await turn()
    assert stage.server.last.heard == b""


async def test_the_longest_line_leaves(stage: Stage) -> None:
    """A line of exactly as many bytes as Asterisk takes is sent whole."""
    value = "x" * (LONGEST_LINE - len("Data: "))
    async with opened(stage) as line:
        await line.wire.ask({"Action": "Ping", "Data": value}, 5)
    assert stage.server.received[0]["data"] == value


@pytest.mark.parametrize("name", ["second", "first_shows_name", "call_id"])
@pytest.mark.parametrize("value", ["x\r\nAction: Command", "x\0", "x" * 1100])
async def test_an_order_with_such_a_value_does_not_leave(stage: Stage, name: str, value: str) -> None:
    """Whatever part of an order is unsendable, the order is a ValueError and not one byte of it leaves."""
    async with stage.up() as link:
        before = bytes(stage.server.last.heard)
        with pytest.raises(ValueError, match="AMI header"):
            await link.originate(replace(ORDER, **{name: value}))
        await turn()
        assert bytes(stage.server.last.heard) == before


async def test_an_answer_that_does_not_come_is_a_timeout(stage: Stage) -> None:
    """Who asks waits as long as was said, by the clock, and leaves nothing behind."""
    stage.server.answers["ping"] = silence
    async with opened(stage) as line:
        asking = asyncio.create_task(line.wire.ask({"Action": "Ping"}, 5))
        await until(lambda: stage.server.count("Ping") == 1)
        await stage.clock.advance(4.9)
        assert not asking.done()
        await stage.clock.advance(0.2)
        with pytest.raises(TimeoutError):
            await asking
        await turn()
        assert line.wire._protocol.responses == {}


async def test_a_lost_connection_tells_what_may_have_left(stage: Stage) -> None:
    """Who waits at the loss learns that bytes may have left, who comes after it that none did."""
    stage.server.answers["ping"] = drop
    async with opened(stage) as line:
        with pytest.raises(WireClosed) as lost:
            await line.wire.ask({"Action": "Ping"}, 5)
        assert lost.value.sent
        with pytest.raises(WireClosed) as refused:
            await line.wire.ask({"Action": "Ping"}, 5)
        assert not refused.value.sent
    assert stage.server.count("Ping") == 1


async def test_who_leaves_as_the_connection_is_lost(stage: Stage) -> None:
    """Who stops waiting in the moment of the loss is gone, and is told nothing; the others are."""
    stage.server.answers["ping"] = silence
    async with opened(stage) as line:
        gone, stays = (asyncio.create_task(line.wire.ask({"Action": "Ping"}, 5)) for _ in range(2))
        await until(lambda: stage.server.count("Ping") == 2)
        line.wire.cut()
        gone.cancel()
        with pytest.raises(WireClosed) as lost:
            await stays
        assert lost.value.sent
        assert gone.cancelled()


async def test_an_event_answers_no_single_question(stage: Stage) -> None:
    """An event under the ActionID of a single question does not answer it, beside a list."""
    held: list[tuple[Visitor, Message]] = []

    def say_it_first(visitor: Visitor, action: Message) -> None:
        visitor.tell(Event="UserEvent", ActionID=action["actionid"], Response="Error", UserEvent="x")
        visitor.tell(Event="Hangup", ActionID=action["actionid"], Uniqueid=CALL, Text=held[0][1]["actionid"])
        visitor.respond(action, Ping="Pong")

    stage.server.answers["ping"] = say_it_first
    stage.server.answers["coreshowchannels"] = lambda visitor, action: held.append((visitor, action))
    async with opened(stage) as line:
        await line.wire.ask({"Action": "ListCommands"}, 5)
        asking = asyncio.create_task(listed(line))
        await until(lambda: held)
        assert (await line.wire.ask({"Action": "Ping", "ActionID": CALL}, 5))["ping"] == "Pong"
        held[0][0].respond(held[0][1], "Error")
        await asking
    assert [event["event"] for event in line.events] == ["Hangup"]


async def test_only_a_response_answers(stage: Stage) -> None:
    """What is neither a response nor an event answers nothing, and of two responses the first does."""

    def say_too_much(visitor: Visitor, action: Message) -> None:
        visitor.tell(ActionID=action["actionid"], Ping="neither")
        visitor.respond(action, Ping="first")
        visitor.respond(action, Ping="second")

    stage.server.answers["ping"] = say_too_much
    async with opened(stage) as line:
        assert (await line.wire.ask({"Action": "Ping"}, 5))["ping"] == "first"
        assert (await line.wire.ask({"Action": "Ping"}, 5))["ping"] == "first"


HOSTILE = {
    "our id in a text": (("Event", "UserEvent"), ("Text", CALL), ("Uniqueid", "1.1")),
    "our id as a header": (("Event", "UserEvent"), ("Uniqueid", CALL), ("Cause", "16")),
    "another event in it": (("Event", "UserEvent"), ("Event", "Hangup"), ("Uniqueid", CALL)),
    "an event of another case": (("Event", "UserEvent"), ("event", "Hangup"), ("Uniqueid", CALL)),
    "an id of a foreign hangup": (("Event", "Hangup"), ("Uniqueid", "1.1"), ("Linkedid", f"x{CALL}")),
    "ids that come twice": (("Event", "Hangup"), ("Uniqueid", "1.1"), ("UNIQUEID", CALL)),
    "a kind with more to it": (("Event", "HangupRequest"), ("Uniqueid", CALL), ("Linkedid", CALL)),
    "an answer in it": (("Event", "UserEvent"), ("Response", "Success"), ("ActionID", CALL)),
}


@pytest.mark.parametrize("headers", HOSTILE.values(), ids=HOSTILE)
async def test_what_a_dialplan_says_is_nothing_of_ours(
    stage: Stage, headers: tuple[tuple[str, str], ...]
) -> None:
    """Whatever texts and ids others put into their events, nothing is heard of our calls but what is so."""
    async with stage.up() as link:
        waiting(link)
        stage.server.last.tell(*headers)
        stage.server.last.tell(Event="Hangup", uniqueid=CALL, LINKEDID=CALL, Cause="16")
        await until(lambda: not link.events.empty())
        assert waiting(link) == [HungUp(CALL, CALL, "", 16)]


@pytest.mark.parametrize("kind", ["DialBegin", "Newexten", "Hangup"])
async def test_others_are_overheard_beside_our_calls(stage: Stage, kind: str) -> None:
    """That the switch tells others' calls, too, is seen by any event of one, whatever came of ours before."""
    async with stage.up() as link:
        for headers in ({"Uniqueid": CALL, "Linkedid": CALL}, {"Peer": "PJSIP/102"}, {"Uniqueid": ""}):
            stage.server.last.tell(Event=kind, **headers)
        stage.server.last.tell(Event="OriginateResponse", Uniqueid="1.1", ActionID="theirs")
        await link.ask_version()
        assert not link.overhears.is_set()
        stage.server.last.tell(Event=kind, Uniqueid="1.1", Linkedid="1.1")
        await link.ask_version()
        assert link.overhears.is_set()


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Note how many bytes come in each read, so that a test knows that its pieces arrived as such."""
    sizes: list[int] = []
    read = wire_module._Protocol.data_received

    def noting(self: wire_module._Protocol, data: bytes) -> None:
        sizes.append(len(data))
        read(self, data)

    monkeypatch.setattr(wire_module._Protocol, "data_received", noting)
    return sizes


@pytest.mark.parametrize("piece", [1, 2, 3, 5, 16, 4096])
async def test_a_session_is_the_same_in_any_pieces(stage: Stage, reads: list[int], piece: int) -> None:
    """A whole session read so many bytes at a time gives what it gives at once, characters and all."""
    stage.server.piece = piece
    stage.server.channels = [
        {"Channel": f"Local/{NAME};1", "ChannelStateDesc": "Up", "Uniqueid": CALL, "Linkedid": CALL}
    ]
    async with stage.up() as link:
        await link.originate(ORDER)
        visitor = stage.server.last
        visitor.tell(Event="OriginateResponse", ActionID=CALL, Response="Success", Reason="4")
        visitor.tell(Event="Newexten", CallerIDName=NAME, Uniqueid="1.1", Linkedid="1.1")
        visitor.tell(Event="Hangup", Channel=NAME, Uniqueid=CALL, Linkedid=CALL, Cause="16")
        await until(lambda: link.events.qsize() == 3)
        assert waiting(link) == [
            Snapshot("2026-11-23 06:56:15", 1, (Channel(CALL, CALL, f"Local/{NAME};1", "Up", ""),)),
            OriginateDecided(CALL, success=True, reason=4),
            HungUp(CALL, CALL, NAME, 16),
        ]
    assert max(reads) <= piece
    assert len(reads) >= sum(reads) / piece


async def test_a_multibyte_name_leaves_as_it_is(stage: Stage) -> None:
    """A name in any script reaches the switch in UTF-8, whole."""
    async with stage.up() as link:
        await link.originate(replace(ORDER, first_shows_name=NAME))
    assert stage.server.all("Originate")[0]["callerid"] == f'"{NAME}" <+15551234>'


async def test_a_cut_wire_sends_nothing_more(stage: Stage) -> None:
    """After a cut nothing is written, and who tries learns it at once."""
    async with stage.up() as link:
        assert link._wire is not None
        link._wire.cut()
        with pytest.raises(SwitchUnreachable):
            await link.originate(ORDER)
        await turn()
    assert stage.server.count("Originate") == 0


async def test_all_comes_through_tls(clock: ManualClock) -> None:
    """Over TLS, where one read holds many records, every event comes, whole and in its order."""
    certificate = Path(__file__).with_name("certificate.pem")
    server_side = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server_side.load_cert_chain(certificate)
    numbers = [str(number) for number in range(3000)]

    async def tell(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"Asterisk Call Manager/11.0.0\r\n")
        for number in numbers:
            writer.write(message(Event="Hangup", Uniqueid=CALL, Name=NAME, Cause=number))
        writer.close()

    events: list[Headers] = []
    async with await asyncio.start_server(tell, "127.0.0.1", ssl=server_side) as server:
        port = server.sockets[0].getsockname()[1]
        trusting = ssl.create_default_context(cafile=certificate)
        wire = await connect("127.0.0.1", port, trusting, clock, events.append, Heard())
        await until(wire._protocol.lost.is_set)
    assert [event["cause"] for event in events] == numbers
    assert {event["name"] for event in events} == {NAME}


async def test_what_has_not_come_over_is_never_sent(clock: ManualClock) -> None:
    """Once the link is cut nothing more of it comes over, whatever of it the kernel still holds."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        wire = await connect("127.0.0.1", listener.getsockname()[1], None, clock, lambda _: None, Heard())
        other, _ = listener.accept()
        with other:
            asking, held = [], wire._protocol.transport.get_write_buffer_size
            while not held():
                asking.append(asyncio.create_task(wire.ask({"Action": "Ping", "Padding": "x" * 1000}, 1.0)))
                await asyncio.sleep(0)
            taken = len(asking) * 1000 - held()
            wire.cut()
            await wire.wait_closed()
            await asyncio.gather(*asking, return_exceptions=True)
            with suppress(ConnectionResetError):
                while data := other.recv(65536):
                    taken -= len(data)
            assert taken > len(asking) * 500
