"""What a run leaves, by five witnesses: the crowd, the wire, the switch, the database and the ground."""

from dataclasses import dataclass, field


@dataclass(kw_only=True)
class Attempt:
    """A request for a click, and what was answered; ``status`` 0 where no answer came."""

    status: int
    message: str = ""
    call_id: str | None = None
    took: float = 0.0
    retry_after: bool = False


@dataclass(kw_only=True)
class Click:
    """Somebody's wish for a call, of a contact that is nobody else's.

    One with a key is repeated until it is answered as clients are told to; one without is tried once.
    """

    contact: str
    key: str | None
    attempts: list[Attempt] = field(default_factory=list)


@dataclass(kw_only=True)
class Order:
    """An Originate that the daemon sent, at ``at`` of the wall clock, and whether its row was there by then.

    ``passed`` tells whether it was passed on to the switch.
    """

    call_id: str
    at: float
    had_row: bool
    passed: bool = True


@dataclass(kw_only=True)
class Row:
    """A call, as the database has it in the end."""

    id: str
    account: str
    contact: str
    state: str
    result: str | None
    requested_at: float
    bridged_at: float | None
    ended_at: float | None
    taken_back: bool


@dataclass(kw_only=True)
class Seen:
    """A call, as the switch's own record has it: how often it began, if two talked, and its last event.

    Not ``ended``, the switch was killed before it could write so.
    """

    begun: int = 0
    ended: bool = False
    bridged: bool = False
    last_at: float = 0.0


@dataclass(kw_only=True)
class Outage:
    """A span of the wall clock in which the daemon could not see all. ``why`` names the fault."""

    why: str
    began: float
    ended: float


@dataclass(kw_only=True)
class Line:
    """A line of the event log."""

    event: str
    call_id: str | None
    result: str | None


@dataclass(kw_only=True)
class Evidence:
    """All of it. ``limits`` are the calls that an account may have in a day; times are Unix seconds.

    ``stuck`` are channels that the switch still had at the very end, after it was told to hang all up.
    """

    clicks: list[Click]
    orders: list[Order]
    rows: dict[str, Row]
    seen: dict[str, Seen]
    lines: list[Line]
    outages: list[Outage]
    switch_deaths: list[float] = field(default_factory=list)
    overdue: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    limits: dict[str, int] = field(default_factory=dict)
    stuck: set[str] = field(default_factory=set)
