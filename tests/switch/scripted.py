"""An AMI server on loopback that does what a test says: each action's answer can be replaced by a fault.

    server.answers["ping"] = silence
    server.answers["originate"] = refuse("Channel not specified")

What it does without being told is what Asterisk does for a user with the rights that c2cd needs. All that
came is kept: as bytes by connection, and read into messages.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

Message = dict[str, str]
Answer = Callable[["Visitor", Message], object]

GREETING = b"Asterisk Call Manager/11.0.0\r\n"
_END = b"\r\n\r\n"
_HANG_UP = b""


class Visitor:
    """One connection that came. What is said to it leaves in pieces, where the server has a size for them."""

    def __init__(self, server: "ScriptedServer", writer: asyncio.StreamWriter) -> None:
        self.heard = bytearray()
        self.gone = False
        self._server = server
        self._writer = writer
        self._outbox: asyncio.Queue[bytes] = asyncio.Queue()

    def say(self, text: bytes) -> None:
        """Send bytes as they are."""
        self._outbox.put_nowait(text)

    def tell(self, *headers: tuple[str, str], **more: str) -> None:
        """Send one message."""
        self.say(message(*headers, **more))

    def respond(self, action: Message, response: str = "Success", **more: str) -> None:
        """Answer an action."""
        self.tell(Response=response, ActionID=action["actionid"], **more)

    def hang_up(self) -> None:
        """Close the connection once all that was said has left."""
        self._outbox.put_nowait(_HANG_UP)

    def cut(self) -> None:
        """Close the connection at once."""
        self._writer.transport.abort()

    async def speak(self) -> None:
        """Send what is said, until cancelled."""
        while (text := await self._outbox.get()) != _HANG_UP:
            step = self._server.piece or len(text)
            for start in range(0, len(text), step):
                self._writer.write(text[start : start + step])
                if self._server.piece:  # turns in which the other side reads this piece alone
                    await asyncio.sleep(0)
                    await asyncio.sleep(0)
        self._writer.close()


class ScriptedServer:
    """The server. ``answers`` are by action, in lower case; an action without one gets an error.

    ``piece`` is how many bytes leave at a time, 0 for all; ``fully_booted`` whether that event follows a
    login; ``started`` the time that CoreStatus gives, ``version`` what CoreSettings does; ``channels`` the
    rows of CoreShowChannels.
    """

    def __init__(self) -> None:
        self.greeting = GREETING
        self.piece = 0
        self.fully_booted = True
        self.started = "06:56:15"
        self.version = "22.10.1"
        self.channels: list[Message] = []
        self.visitors: list[Visitor] = []
        self.received: list[Message] = []
        self.answers: dict[str, Answer] = {
            "login": self._admit,
            "listcommands": _list_commands,
            "corestatus": self._tell_status,
            "coresettings": self._tell_settings,
            "coreshowchannels": self._list_channels,
            "ping": lambda visitor, action: visitor.respond(action, Ping="Pong"),
            "originate": queue,
        }
        self._tasks: set[asyncio.Task[None]] = set()

    def count(self, action: str) -> int:
        """Tell how often an action has come, over all connections."""
        return len(self.all(action))

    def all(self, action: str) -> list[Message]:
        """Give all actions of a kind that came."""
        return [came for came in self.received if came["action"].lower() == action.lower()]

    @property
    def last(self) -> Visitor:
        """The newest connection."""
        return self.visitors[-1]

    @asynccontextmanager
    async def listening(self, port: int = 0) -> AsyncIterator[int]:
        """Serve on a port of loopback, which is given, until the block ends; then every connection is cut."""
        server = await asyncio.start_server(self._welcome, "127.0.0.1", port)
        try:
            yield int(server.sockets[0].getsockname()[1])
        finally:
            server.close()
            for visitor in self.visitors:
                visitor.cut()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visitor = Visitor(self, writer)
        self.visitors.append(visitor)
        self._tasks |= {
            asyncio.create_task(visitor.speak()),
            asyncio.create_task(self._hear(visitor, reader)),
        }
        if self.greeting:
            visitor.say(self.greeting)

    async def _hear(self, visitor: Visitor, reader: asyncio.StreamReader) -> None:
        read = 0
        try:
            while data := await reader.read(65536):
                visitor.heard += data
                while (end := visitor.heard.find(_END, read)) >= 0:
                    action = parse(visitor.heard[read:end].decode())
                    read = end + len(_END)
                    self.received.append(action)
                    self.answers.get(action["action"].lower(), refuse("Invalid/unknown command"))(
                        visitor, action
                    )
        except ConnectionError:
            pass
        finally:
            visitor.gone = True
            visitor.cut()

    def _admit(self, visitor: Visitor, action: Message) -> None:
        visitor.respond(action, Message="Authentication accepted")
        if self.fully_booted:
            visitor.tell(Event="FullyBooted", Privilege="system,all", Status="Fully Booted")

    def _tell_status(self, visitor: Visitor, action: Message) -> None:
        visitor.respond(action, CoreStartupDate="2026-11-23", CoreStartupTime=self.started)

    def _tell_settings(self, visitor: Visitor, action: Message) -> None:
        visitor.respond(action, AMIversion="11.0.0", AsteriskVersion=self.version)

    def _list_channels(self, visitor: Visitor, action: Message) -> None:
        visitor.respond(action, EventList="start", Message="Channels will follow")
        for row in self.channels:
            visitor.tell(Event="CoreShowChannel", ActionID=action["actionid"], **row)
        visitor.tell(Event="CoreShowChannelsComplete", ActionID=action["actionid"], EventList="Complete")


def message(*headers: tuple[str, str], **more: str) -> bytes:
    """Write a message as AMI does."""
    lines = (f"{key}: {value}\r\n" for key, value in (*headers, *more.items()))
    return ("".join(lines) + "\r\n").encode()


def parse(text: str) -> Message:
    """Read a message; its keys come out in lower case."""
    pairs = (line.split(": ", 1) for line in text.splitlines() if ": " in line)
    return {key.lower(): value for key, value in pairs}


def refuse(words: str) -> Answer:
    """Answer with an error in these words."""
    return lambda visitor, action: visitor.respond(action, "Error", Message=words)


def silence(_visitor: Visitor, _action: Message) -> None:
    """Answer nothing."""


def drop(visitor: Visitor, _action: Message) -> None:
    """Close the connection instead of answering."""
    visitor.cut()


def queue(visitor: Visitor, action: Message) -> None:
    """Answer as Asterisk does when it has taken an asynchronous Originate."""
    visitor.respond(action, Message="Originate successfully queued")


def grant(*commands: str) -> Answer:
    """Answer ListCommands with these commands alone, which is how Asterisk shows a user's rights."""
    return lambda visitor, action: visitor.respond(action, **dict.fromkeys(commands, "…  (Priv: all)"))


_list_commands = grant("CoreShowChannels", "CoreStatus", "ListCommands", "Login", "Originate", "Ping")
