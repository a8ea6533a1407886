"""A switch that rings nobody: an AMI server on loopback for ``c2cd demo`` and for tests.

It speaks AMI over a real socket, so that the very same daemon runs against it. It is held to a real
Asterisk by a test that plays the same clicks on both.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from c2cd.clock import Clock
from c2cd.switch.events import OURS
from c2cd.switch.simulated_call import SimulatedCall
from c2cd.switch.simulated_phones import Phone, phone_at

_GREETING = b"Asterisk Call Manager/11.0.0\r\n"
_END = b"\r\n\r\n"
# The Asterisk that it plays.
VERSION = "22.10.1"
# What its user may do, who has write = originate,reporting,call, with the rights that each takes.
_COMMANDS = {
    "CoreSettings": "Show PBX core settings (version etc).  (Priv: system,reporting,all)",
    "CoreShowChannels": "List currently active channels.  (Priv: system,reporting,all)",
    "CoreStatus": "Show PBX core status variables.  (Priv: system,reporting,all)",
    "Hangup": "Hangup channel.  (Priv: system,call,all)",
    "ListCommands": "List available manager commands.  (Priv: <none>)",
    "Originate": "Originate a call.  (Priv: originate,all)",
    "Ping": "Keepalive command.  (Priv: <none>)",
}
Message = dict[str, str]
Task = asyncio.Task[None]


class SimulatedSwitch:
    """One life of a switch. ``orders`` are all Originates that came, ``calls`` those that live.

    What a header says that came more than once (Variable) is a line each.
    """

    def __init__(
        self, clock: Clock, username: str, secret: str, phones: Callable[[str], Phone] = phone_at
    ) -> None:
        self._clock = clock
        self._login = (username, secret)
        self._phones = phones
        self._open: set[asyncio.StreamWriter] = set()
        self._sessions: set[asyncio.StreamWriter] = set()  # those of them that are logged in
        self._serving: set[Task] = set()
        self._playing: set[Task] = set()
        self._born = time.strftime("%H:%M:%S", time.gmtime(clock.wall()))
        self.orders: list[Message] = []
        self.calls: dict[str, SimulatedCall] = {}

    @asynccontextmanager
    async def listening(self, port: int = 0) -> AsyncIterator[int]:
        """Answer AMI on a port of loopback, which is given, until the block ends; then all calls are gone."""
        server = await asyncio.start_server(self._welcome, "127.0.0.1", port)
        try:
            yield int(server.sockets[0].getsockname()[1])
        finally:
            server.close()
            for playing in self._playing:
                playing.cancel()
            for writer in self._open:
                writer.close()
            await asyncio.gather(*self._playing, *self._serving, return_exceptions=True)

    def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _keep(asyncio.create_task(self._serve(reader, writer)), self._serving)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        writer.write(_GREETING)
        try:
            if await self._admit(reader, writer):
                self._sessions.add(writer)
                _send(writer, {"Event": "FullyBooted", "Status": "Fully Booted"})
                while True:
                    self._answer(writer, await _read(reader))
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.LimitOverrunError):
            pass
        finally:
            self._sessions.discard(writer)
            self._open.discard(writer)
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    async def _admit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        action = await _read(reader)
        known = (action.get("username", ""), action.get("secret", "")) == self._login
        if known and action.get("action", "").lower() == "login":
            _respond(writer, action, "Success", Message="Authentication accepted")
            return True
        _respond(writer, action, "Error", Message="Authentication failed")
        return False

    def _answer(self, writer: asyncio.StreamWriter, action: Message) -> None:
        match action.get("action", "").lower():
            case "ping":
                stamp = f"{self._clock.wall():.6f}"
                _respond(writer, action, "Success", Ping="Pong", Timestamp=stamp)
            case "listcommands":
                _respond(writer, action, "Success", **_COMMANDS)
            case "coresettings":
                _respond(writer, action, "Success", AMIversion="11.0.0", AsteriskVersion=VERSION)
            case "corestatus":
                _respond(writer, action, "Success", CoreStartupDate="2026-01-01", CoreStartupTime=self._born)
            case "coreshowchannels":
                self._list_channels(writer, action)
            case "hangup":
                self._hang_up(writer, action)
            case "originate":
                self._originate(writer, action)
            case "logoff":
                _respond(writer, action, "Goodbye", Message="Thanks for all the fish.")
                writer.close()
            case _:
                _respond(writer, action, "Error", Message="Invalid/unknown command")

    def _originate(self, writer: asyncio.StreamWriter, action: Message) -> None:
        self.orders.append(action)
        if "/" not in action.get("channel", ""):
            _respond(writer, action, "Error", Message="Channel not specified")
            return
        _respond(writer, action, "Success", Message="Originate successfully queued")
        _keep(asyncio.create_task(self._play(action)), self._playing)

    async def _play(self, action: Message) -> None:
        call = SimulatedCall(self._clock, self._emit, action, self._phones)
        if call.id in self.calls:  # as the real one does: a live ChannelId is not dialled again
            self._emit({"Event": "OriginateResponse", "ActionID": action["actionid"], "Response": "Failure"})
            return
        self.calls[call.id] = call
        try:
            await call.play()
        finally:
            del self.calls[call.id]

    def _hang_up(self, writer: asyncio.StreamWriter, action: Message) -> None:
        call = self.calls.get(action.get("channel", ""))
        if call is None:
            _respond(writer, action, "Error", Message="No such channel")
            return
        _respond(writer, action, "Success", Message="Channel Hungup")
        call.hang_up()

    def _emit(self, event: Message) -> None:
        ids = [event.get(key, "") for key in ("Linkedid", "Uniqueid", "DestLinkedid")]
        if event["Event"] != "OriginateResponse" and not any(one.startswith(OURS) for one in ids):
            return  # as the event filters of the user that is shipped have it
        for writer in self._sessions:
            _send(writer, event)

    def _list_channels(self, writer: asyncio.StreamWriter, action: Message) -> None:
        _respond(writer, action, "Success", EventList="start", Message="Channels will follow")
        for call in self.calls.values():
            for channel in call.channels:
                row = {
                    "Event": "CoreShowChannel",
                    "ActionID": action.get("actionid", ""),
                    "Channel": channel.name,
                    "ChannelStateDesc": channel.state,
                    "Uniqueid": channel.id,
                    "Linkedid": channel.linked,
                    "BridgeId": channel.bridge,
                }
                _send(writer, row)
        end = {"Event": "CoreShowChannelsComplete", "EventList": "Complete"}
        _send(writer, end | {"ActionID": action.get("actionid", "")})


def _keep(task: Task, among: set[Task]) -> None:
    among.add(task)
    task.add_done_callback(among.discard)


async def _read(reader: asyncio.StreamReader) -> Message:
    message = (await reader.readuntil(_END)).decode()
    found: Message = {}
    for key, value in (line.split(": ", 1) for line in message.split("\r\n") if ": " in line):
        before = found.get(key.lower())
        found[key.lower()] = value if before is None else f"{before}\n{value}"
    return found


def _respond(writer: asyncio.StreamWriter, action: Message, response: str, **more: str) -> None:
    _send(writer, {"Response": response, "ActionID": action.get("actionid", ""), **more})


def _send(writer: asyncio.StreamWriter, message: Message) -> None:
    writer.write(("\r\n".join(f"{key}: {value}" for key, value in message.items()) + "\r\n\r\n").encode())
