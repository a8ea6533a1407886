"""Phones on loopback: SIPp, told how to behave, and asked afterwards which calls it was shown."""

import asyncio
import contextlib
import re
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.lab.scenario import ANSWERS, Behaviour, xml
from tests.lab.tree import LabError

LISTENING_SECONDS = 10.0
_PARTY = re.compile(
    r'^(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>[^<"]*?))\s*<?sips?:(?:(?P<user>[^@>;]*)@)?'
)
_EXPECTED = re.compile(r"events occurred:$|receive timeout on message .* jumping to label")
_MESSAGE = re.compile(r"^-{10,} .*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Invite:
    """What a phone was shown: the caller in From and, where sent, in Remote-Party-ID; `call_id` is SIP's."""

    from_name: str
    from_number: str
    rpid_name: str
    rpid_number: str
    request_uri: str
    to: str
    call_id: str


class Phone:
    """A phone that listens at a port of loopback inside `async with`.

    `behave()` changes what it does with calls from then on and ends what it had. Which INVITEs came
    is read from SIPp's own trace of messages, over all behaviours that the phone has had.
    ``network_of`` is a process in whose network the phone is, if that is not the test run's.
    """

    def __init__(self, port: int, behaviour: Behaviour = ANSWERS, *, network_of: int | str = "self") -> None:
        self.port = port
        self.behaviour = behaviour
        self._network_of = network_of
        self._folder: Path | None = None
        self._lives = 0
        self._process: asyncio.subprocess.Process | None = None

    async def behave(self, behaviour: Behaviour) -> None:
        """Behave so from now on; calls that the phone is in are dropped without a word."""
        self.behaviour = behaviour
        await self.stop()
        await self.start()

    async def start(self) -> None:
        """Listen; returns when the port is taken."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="c2cd-phone-"))
        self._lives += 1
        scenario = self._folder / f"{self._lives}.xml"
        scenario.write_text(xml(self.behaviour))
        with (self._folder / f"{self._lives}.screen").open("wb") as screen:
            self._process = await asyncio.create_subprocess_exec(
                *("nsenter", f"--net=/proc/{self._network_of}/ns/net", "setpriv", "--pdeathsig=KILL"),
                *("sipp", "-sf", str(scenario), "-i", "127.0.0.1", "-p", str(self.port)),
                *("-mi", "127.0.0.1", "-nostdin", "-timer_resol", "5", "-deadcall_wait", "2000"),
                *("-trace_msg", "-message_file", str(self._trace(self._lives))),
                *("-trace_err", "-error_file", str(self._folder / f"{self._lives}.errors")),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=screen,
                stderr=screen,
                start_new_session=True,
            )
        deadline = time.monotonic() + LISTENING_SECONDS
        while not self._listens():
            if self._process.returncode is not None or time.monotonic() > deadline:
                await self.stop()
                raise LabError(f"SIPp does not listen: {self.complaints()}")
            await asyncio.sleep(0.01)

    async def stop(self) -> None:
        """Be gone at once, as a phone whose cable is pulled: nobody hears a BYE."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
        self._process = None

    def invites(self) -> list[Invite]:
        """Every call that came to this phone, oldest first; re-INVITEs and repetitions left out."""
        found: dict[str, Invite] = {}
        for message in self.received():
            if message.startswith("INVITE "):
                invite = _invite(message)
                found.setdefault(invite.call_id, invite)
        return list(found.values())

    async def wait_for_invites(self, count: int, within: float = 10) -> list[Invite]:
        """Give `invites()` as soon as there are so many; a TimeoutError says what there was."""
        deadline = time.monotonic() + within
        while len(found := self.invites()) < count:
            if time.monotonic() > deadline:
                raise TimeoutError(f"not {count} INVITEs within {within} s but {found}; {self.complaints()}")
            await asyncio.sleep(0.02)
        return found

    async def wait_for_request(self, method: str, within: float = 10) -> str:
        """Give the first request of that method that came, or comes: SIPp notes it a little afterwards."""
        deadline = time.monotonic() + within
        while True:
            found = next((text for text in self.received() if text.startswith(f"{method} ")), None)
            if found is not None:
                return found
            if time.monotonic() > deadline:
                raise TimeoutError(f"no {method} within {within} s; {self.complaints()}")
            await asyncio.sleep(0.02)

    def received(self) -> list[str]:
        """Every SIP message that came to this phone, as text, oldest first."""
        messages: list[str] = []
        for life in range(1, self._lives + 1):
            trace = self._trace(life)
            text = trace.read_text(errors="replace") if trace.exists() else ""
            for part in _MESSAGE.split(text):
                head, _, message = part.lstrip("\n").partition("\n")
                if "received" in head:
                    messages.append(message.strip().replace("\r\n", "\n"))
        return messages

    def complaints(self) -> str:
        """Say what SIPp found amiss so far; empty when all went by the scenario."""
        if self._folder is None:
            return ""
        files = sorted(self._folder.glob("*.errors"))
        lines = "\n".join(file.read_text(errors="replace") for file in files).splitlines()
        return "\n".join(line for line in lines if line and not _EXPECTED.search(line))

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()
        if self._folder is not None:
            shutil.rmtree(self._folder)
            self._folder = None

    def _trace(self, life: int) -> Path:
        if self._folder is None:
            raise LabError("not started yet")
        return self._folder / f"{life}.messages"

    def _listens(self) -> bool:
        """Whether SIPp, and not somebody else, has the port."""
        assert self._process is not None
        pid = self._process.pid
        return self._process.returncode is None and _udp_socket_at(self.port, pid) in _sockets(pid)


def _udp_socket_at(port: int, network_of: int) -> str:
    """Give the kernel's name of the UDP socket at a port of 127.0.0.1, or a name that no socket has."""
    wanted = f"0100007F:{port:04X}"
    with contextlib.suppress(OSError):  # it ended meanwhile
        for line in Path(f"/proc/{network_of}/net/udp").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[1] == wanted:
                return f"socket:[{fields[9]}]"
    return "none"


def _sockets(pid: int) -> set[str]:
    found = set()
    for descriptor in Path(f"/proc/{pid}/fd").glob("*"):
        with contextlib.suppress(OSError):
            found.add(str(descriptor.readlink()))
    return found


def _invite(message: str) -> Invite:
    first, *lines = message.split("\n\n", maxsplit=1)[0].splitlines()
    headers: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers.setdefault(name.strip().lower(), value.strip())
    from_name, from_number = _party(headers.get("from", ""))
    rpid_name, rpid_number = _party(headers.get("remote-party-id", ""))
    return Invite(
        from_name=from_name,
        from_number=from_number,
        rpid_name=rpid_name,
        rpid_number=rpid_number,
        request_uri=first.split(" ")[1],
        to=headers.get("to", ""),
        call_id=headers.get("call-id", ""),
    )


def _party(header: str) -> tuple[str, str]:
    """Split `"Name" <sip:number@host>` into name and number."""
    found = _PARTY.match(header)
    if found is None:
        return "", ""
    name = re.sub(r"\\(.)", r"\1", found["quoted"]) if found["quoted"] is not None else found["plain"]
    return name, found["user"] or ""
