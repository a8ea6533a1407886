"""The link to the switch: kept up, watched, and never used for anything later than now."""

import asyncio
import errno
import logging
import random
import re
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from c2cd.clock import Clock, deadline, sleep
from c2cd.config import Ami
from c2cd.errors import SwitchForbids, SwitchRefused, SwitchSilent, SwitchUnreachable
from c2cd.model.said import Said
from c2cd.model.switching import Channel, LinkLost, Originate, Snapshot, SwitchEvent
from c2cd.switch.events import is_of_others, read_channel, read_event, read_first_channel
from c2cd.switch.orders import originate_headers
from c2cd.switch.rights import certain_rights
from c2cd.switch.wire import Headers, Heard, Wire, WireClosed, connect

log = logging.getLogger(__name__)

# A silent switch is found within PING_EVERY + PING_DEADLINE, which is less than 10 s.
PING_EVERY = 3.0
PING_DEADLINE = 5.0
ANSWER_DEADLINE = 5.0
# A switch that leaves an order unanswered for so long may be stopped, and would dial all that is sent
# when it goes on.
SLOW = 1.0
# A link that was just lost may have been cut alone: its calls go on, and are soon found again.
FIRST_LOOK = (0.0, 0.5)
# Where the host is there and the switch is not, looking costs nothing: so it is back within 2 s.
NEXT_LOOK = (1.0, 1.5)
# Where the host does not answer, or the switch refuses us: full jitter, up to twice as long each time. The
# latter is a line of Asterisk's own log each time, so it is not asked again at once.
LONGEST_WAIT = 30.0
AFTER_REFUSAL = 1.0
# A stopped process takes no connection, but its host does, and it answers that one as soon as it goes on.
PATIENCE = 30.0

# Without this one c2cd works, and can't hang up.
HANG_UP = "call"
NEEDED = {"Originate": "originate", "CoreStatus": "reporting", "CoreShowChannels": "reporting"}


_SILENT = " does not answer"
_STAMP = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,9})?")


class _Refused(Exception):
    """The switch answers and does not let us in, or not far enough."""


class Link:
    """One long-lived AMI session at a time.

    ``away`` says why there is none, or is None; ``settled`` is set once the first try has shown which, and
    ``turned`` whenever it changes: who waits for that clears it.
    ``session`` counts logins, ``life`` tells one run of Asterisk from the next, ``reads_system`` tells
    whether the AMI user gets events of that class, ``may_hang_up`` whether it has that right; ``rights``
    are those that it certainly has, and ``overhears`` is set once an event of somebody else's call came.
    ``heard`` counts messages, of all sessions.
    What the switch says comes out of ``events`` in its order: a Snapshot early in each session, LinkLost at
    its end.
    """

    def __init__(self, settings: Ami, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._wire: Wire | None = None
        self._in_vain = 0
        self._next_try = 0.0
        self._said = Said(clock)
        self._asked_at: dict[str, float] = {}  # orders that the switch has not answered yet, oldest first
        self._booted = asyncio.Event()
        # Whoever takes events takes all that there are before more are read: these are one read's at most.
        self.events: asyncio.Queue[SwitchEvent] = asyncio.Queue()
        self.heard = Heard()
        self.session = 0
        self.life = ""
        self._away: str | None = "not connected to the switch yet"
        self.turned = asyncio.Event()
        self.settled = asyncio.Event()
        self.reads_system = False
        self.may_hang_up = False
        self.rights: frozenset[str] = frozenset()
        self.overhears = asyncio.Event()

    @property
    def away(self) -> str | None:
        """Why there is no session; None where there is one."""
        return self._away

    @away.setter
    def away(self, why: str | None) -> None:
        if why != self._away:
            self._away = why
            self.turned.set()

    @property
    def orders_under_way(self) -> int:
        """How many calls were ordered of which the switch has not answered yet."""
        return len(self._asked_at)

    def require(self) -> None:
        """Raise SwitchUnreachable while the switch is away, or does not answer an order."""
        self._there()

    def _there(self) -> Wire:
        if self._wire is None or self.away is not None:
            wait = max(1.0, self._next_try - self._clock.monotonic())
            raise SwitchUnreachable(f"The switch can't be reached: {self.away}", retry_after=wait)
        oldest = next(iter(self._asked_at.values()), None)
        if oldest is not None and self._clock.monotonic() - oldest > SLOW:
            raise SwitchUnreachable("The switch has stopped answering", retry_after=ANSWER_DEADLINE)
        return self._wire

    async def originate(self, order: Originate) -> None:
        """Send the order that makes a call, once, now or not at all.

        Returns when the switch has queued it. Raises SwitchUnreachable if nothing left, SwitchRefused
        if the switch said no, SwitchSilent if it may have left and no answer came.
        """
        wire = self._there()
        self._asked_at[order.call_id] = self._clock.monotonic()
        try:
            answer = await wire.ask(originate_headers(order), ANSWER_DEADLINE)
        except TimeoutError as error:
            message = f"The switch has not answered for {ANSWER_DEADLINE:g} s; the call may still ring"
            raise SwitchSilent(message) from error
        except WireClosed as error:
            if not error.sent:
                raise SwitchUnreachable("The switch can't be reached: the link was just lost") from error
            raise SwitchSilent("The link was lost before the switch answered; the call may ring") from error
        finally:
            del self._asked_at[order.call_id]
        if answer.get("response") != "Success":
            raise SwitchRefused(f"The switch refused the call: {answer.get('message', 'no reason given')}")

    async def hang_up(self, call_id: str) -> bool:
        """Hang up the first channel of a call, and with it the call; False where there is no such channel.

        (Hangup takes a Uniqueid for a name, on 16.28 and 22.10.) Raises SwitchForbids where the AMI user
        has no right to it, SwitchUnreachable if nothing left, SwitchSilent if no answer came.
        """
        wire = self._there()
        if not self.may_hang_up:
            raise SwitchForbids(
                f"The AMI user {self._settings.username!r} may not hang up: its section of manager.conf"
                f" needs {HANG_UP} among write = …, and then `manager reload`"
            )
        try:
            answer = await wire.ask({"Action": "Hangup", "Channel": call_id, "Cause": "16"}, ANSWER_DEADLINE)
        except (TimeoutError, WireClosed) as error:
            raise SwitchSilent("The switch did not answer; the call may or may not be hung up") from error
        return answer.get("response") == "Success"

    async def ask_version(self) -> str:
        """Tell what this Asterisk calls itself, as ``22.10.1``; SwitchError where it does not say."""
        return (await self._ask("CoreSettings")).get("asteriskversion", "")

    async def ask_time(self) -> float | None:
        """Tell the switch's clock in Unix seconds; None where it shows none, SwitchError as above."""
        stamp = (await self._ask("Ping")).get("timestamp", "")
        return float(stamp) if _STAMP.fullmatch(stamp) else None

    async def _ask(self, action: str) -> Headers:
        wire = self._there()
        try:
            answer = await wire.ask({"Action": action}, ANSWER_DEADLINE)
        except (TimeoutError, WireClosed) as error:
            message = f"The switch did not answer {action}"
            raise SwitchSilent(message) from error
        if answer.get("response") != "Success":
            message = f"The switch refused {action}: {answer.get('message', 'no reason given')}"
            raise SwitchRefused(message)
        return answer

    async def ask_snapshot(self) -> None:
        """Have a Snapshot come out of ``events``; nothing comes while the switch is away.

        It has the calls' first channels alone: whoever asks in mid-session has missed nothing else, and the
        rest of thousands of channels need not be held every few seconds.
        """
        if self._wire is not None and self.away is None:
            try:
                await self._take_snapshot(self._wire, read_first_channel)
            except (WireClosed, TimeoutError, _Refused) as error:
                log.warning("the switch did not list its channels: %s", str(error) or "no answer in time")

    async def run(self) -> None:
        """Keep the link up: a background task that ends only when it is cancelled."""
        try:
            while True:
                wait = await self._live_once()
                self._next_try = self._clock.monotonic() + wait
                await sleep(self._clock, wait)
        finally:
            self._cut()
            self.away = "c2cd is being stopped"

    async def _live_once(self) -> float:
        """Connect, stay until the link is lost, and give the seconds until the next try."""
        is_there = True
        try:
            await self._stay_up(await self._come_up())
            reason = " closed the connection"
        except _Refused as error:
            self._leave(f" {error}", str(error))
            return self._longer_wait(AFTER_REFUSAL)
        except TimeoutError:
            reason, is_there = _SILENT, self._wire is not None
        except WireClosed:
            reason = " closed the connection"
        except (OSError, UnicodeError) as error:  # the latter: a host name that can't be one
            reason, is_there = f": {_words(error)}", _is_there(error)
        was_up = self.away is None
        self._leave(reason)
        if is_there:
            self._in_vain = 0
            return random.uniform(*(FIRST_LOOK if was_up else NEXT_LOOK))  # noqa: S311 - jitter is no secret
        return self._longer_wait(0.0)

    def _longer_wait(self, least: float) -> float:
        self._in_vain += 1
        return random.uniform(least, min(LONGEST_WAIT, 2.0**self._in_vain))  # noqa: S311 - jitter is no secret

    async def _come_up(self) -> Wire:
        settings = self._settings
        self._booted.clear()
        try:
            secret = settings.read_secret()
        except (OSError, UnicodeDecodeError) as error:
            raise _Refused(f"can't be asked: ami.secret_file: {error}") from error
        tls = _tls(settings)
        async with deadline(self._clock, ANSWER_DEADLINE):
            wire = await connect(settings.host, settings.port, tls, self._clock, self._take, self.heard)
        self._wire = wire
        await self._log_in(wire, secret)
        await self._require_rights(wire)
        await self._await_boot()
        status = await wire.ask({"Action": "CoreStatus"}, ANSWER_DEADLINE)
        self.life = f"{status.get('corestartupdate', '')} {status.get('corestartuptime', '')}"
        self.session += 1
        await self._take_snapshot(wire, read_channel)
        self._in_vain = 0
        self.away = None
        self.settled.set()
        self._said.over()
        log.info("the switch is there: AMI user %r at %s:%s", settings.username, settings.host, settings.port)
        return wire

    async def _log_in(self, wire: Wire, secret: str) -> None:
        username = self._settings.username
        login = {"Action": "Login", "Username": username, "Secret": secret, "Events": "on"}
        try:
            with self._telling_silence():
                answer = await wire.ask(login, PATIENCE)
        except ValueError as error:
            raise _Refused(f"can't be asked: the AMI secret is no secret: {error}") from error
        if answer.get("response") != "Success":
            said = answer.get("message", "no reason given")
            raise _Refused(f"refuses the AMI user {username!r}: {said}; see its manager.conf")

    @contextmanager
    def _telling_silence(self) -> Iterator[None]:
        """Tell that the switch is away once it has not answered in time, and go on waiting for it."""
        timer = self._clock.call_later(ANSWER_DEADLINE, lambda: self._tell_away(_SILENT))
        try:
            yield
        finally:
            timer.cancel()

    async def _require_rights(self, wire: Wire) -> None:
        commands = await wire.ask({"Action": "ListCommands"}, ANSWER_DEADLINE)
        self.may_hang_up = "hangup" in commands
        self.rights = certain_rights(commands)
        missing = sorted({right for command, right in NEEDED.items() if command.lower() not in commands})
        if missing:
            raise _Refused(
                f"lets the AMI user {self._settings.username!r} do too little:"
                f" its section of manager.conf needs write = {','.join(missing)}"
            )

    async def _await_boot(self) -> None:
        try:
            async with deadline(self._clock, ANSWER_DEADLINE):
                await self._booted.wait()
            self.reads_system = True
        except TimeoutError:
            log.warning("no FullyBooted from the switch: does the AMI user have read = system?")

    async def _stay_up(self, wire: Wire) -> None:
        while True:
            try:
                async with deadline(self._clock, PING_EVERY):
                    await wire.wait_closed()
            except TimeoutError:
                await wire.ask({"Action": "Ping"}, PING_DEADLINE)
            else:
                return

    def _leave(self, reason: str, to_mend: str = "") -> None:
        self._cut()
        self._tell_away(reason, to_mend)

    def _tell_away(self, reason: str, to_mend: str = "") -> None:
        """Say once that the switch is away, for whatever reason; then only what somebody has to mend."""
        self.away = f"{self._settings.host}:{self._settings.port}{reason}"
        if self._said.is_news(to_mend):
            log.warning("the switch is away: %s", self.away)
        self.settled.set()

    def _cut(self) -> None:
        if self._wire is not None:
            self._wire.cut()
            self._wire = None
            self.events.put_nowait(LinkLost())

    async def _take_snapshot(self, wire: Wire, read: Callable[[Headers], Channel | None]) -> None:
        answer, channels = await wire.ask_list({"Action": "CoreShowChannels"}, ANSWER_DEADLINE, read)
        if answer.get("response") != "Success":
            raise _Refused(f"does not list its channels: {answer.get('message', '')}")
        self.events.put_nowait(Snapshot(self.life, self.session, tuple(channels)))

    def _take(self, headers: Mapping[str, str]) -> None:
        if headers.get("event") == "FullyBooted":
            self._booted.set()
        event = read_event(headers)
        if event is not None:
            self.events.put_nowait(event)
        elif is_of_others(headers):
            self.overhears.set()


def _tls(settings: Ami) -> ssl.SSLContext | None:
    try:
        return ssl.create_default_context(cafile=settings.tls_ca) if settings.tls else None
    except OSError as error:
        raise _Refused(f"can't be asked: ami.tls_ca: {settings.tls_ca}: {error}") from error


def _words(error: OSError | UnicodeError) -> str:
    return getattr(error, "strerror", None) or str(error)


def _is_there(error: OSError | UnicodeError) -> bool:
    """Tell whether a host has answered, if only that nobody listens; of several addresses one is enough."""
    return isinstance(error, ConnectionError) or f"[Errno {errno.ECONNREFUSED}]" in str(error)
