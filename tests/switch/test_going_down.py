"""How the link is lost, how that is found out, and how it comes back."""

import itertools
import logging
import socket

import pytest

from c2cd.errors import SwitchUnreachable
from c2cd.model.switching import LinkLost
from c2cd.switch.link import LONGEST_WAIT, NEXT_LOOK, PATIENCE
from c2cd.switch.wire import Wire
from tests.clock import ManualClock, settle
from tests.process import free_port
from tests.switch.scripted import GREETING, Message, Visitor, drop, refuse, silence
from tests.switch.stage import Stage, kept, make_link, waiting
from tests.switch.turning import turn, until

GARBAGE = [
    b"\r\n\r\n\r\n\r\n",
    b"\xff\xfe\x00\r\n\r\n",
    b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n",
    b"Response: Follows\r\n\r\n",
    b"Event: Hangup\r\nEvent: Hangup\r\n\r\n",
    b"Event: OriginateResponse\r\n\r\n",
    b"Event: Hangup\r\nUniqueid: c2c-x\r\nCause: 99999999999999999999\r\n\r\n",
    b"ActionID: none\r\nResponse: Success\r\n\r\n",
    b": \r\n: \r\n\r\n",
]


async def test_a_lost_link_comes_back(stage: Stage) -> None:
    """After the switch closes the connection the link says so, and is up again within two seconds."""
    async with stage.up() as link:
        stage.server.last.hang_up()
        await stage.turned_away(link, "closed the connection")
        await stage.clock.advance(NEXT_LOOK[1])
        await until(lambda: link.away is None)
        assert link.session == 2


async def test_a_silent_switch_is_found_within_ten_seconds(stage: Stage) -> None:
    """A switch that answers nothing any more while its socket stays open is away after less than 10 s."""
    async with stage.up() as link:
        stage.server.answers = dict.fromkeys(stage.server.answers, silence)
        began = stage.clock.monotonic()
        while link.away is None and stage.clock.monotonic() < began + 20:
            await stage.clock.advance(0.5)
            await turn()
        assert link.away == f"127.0.0.1:{stage.port} does not answer"
        assert stage.clock.monotonic() - began < 10
        await until(lambda: stage.server.visitors[0].gone)


async def test_a_quiet_switch_that_answers_pings_stays(stage: Stage) -> None:
    """Without any event the link stays up for as long as pings are answered, in one session."""
    async with stage.up() as link:
        for minute in range(1, 4):
            while stage.clock.monotonic() < 60 * minute:
                pings = stage.server.count("Ping")
                await stage.clock.advance(3)
                await until(lambda pings=pings: stage.server.count("Ping") > pings)  # type: ignore[misc]
                await turn()
            assert link.away is None
        assert link.session == 1
        assert stage.server.count("Ping") >= 55


async def test_pings_stop_with_their_connection(stage: Stage) -> None:
    """A ping that is under way when the link is lost is over with it, and the next session pings on."""
    stage.server.answers["ping"] = drop
    async with stage.up() as link:
        await stage.clock.advance(3)
        await stage.turned_away(link, "closed the connection")
        stage.server.answers["ping"] = lambda visitor, action: visitor.respond(action, Ping="Pong")
        await stage.clock.advance(5)
        await until(lambda: link.away is None)
        pings = stage.server.count("Ping")
        await stage.clock.advance(3)
        await until(lambda: stage.server.count("Ping") > pings)


@pytest.mark.parametrize("step", ["login", "listcommands", "corestatus", "coreshowchannels"])
async def test_a_switch_that_stalls_at_any_step_is_tried_again(stage: Stage, step: str) -> None:
    """Whatever goes unanswered while the link comes up, five seconds later the switch counts as away."""
    answer, stage.server.answers[step] = stage.server.answers[step], silence
    async with kept(stage.link()) as link:
        await until(lambda: stage.server.count(step) == 1)
        await turn()
        await stage.clock.advance(5)
        await stage.turned_away(link, "does not answer")
        assert waiting(link) == ([] if step == "login" else [LinkLost()])
        stage.server.answers[step] = answer
        await stage.clock.advance(PATIENCE if step == "login" else 2)
        await turn()
        await stage.clock.advance(2)
        await until(lambda: link.away is None)
        await until(lambda: stage.server.visitors[0].gone)


@pytest.mark.parametrize("step", ["login", "listcommands", "corestatus", "coreshowchannels"])
async def test_a_switch_that_drops_at_any_step_is_tried_again(stage: Stage, step: str) -> None:
    """Wherever the connection is dropped while the link comes up, it is soon tried again."""
    answer, stage.server.answers[step] = stage.server.answers[step], drop
    async with kept(stage.link()) as link:
        await stage.turned_away(link, "closed the connection")
        assert waiting(link) == [LinkLost()]
        stage.server.answers[step] = answer
        await stage.clock.advance(5)
        await until(lambda: link.away is None)


async def test_a_server_that_never_greets_is_away(stage: Stage) -> None:
    """A server that takes connections and says nothing at all is found out after five seconds."""
    stage.server.greeting = b""
    stage.server.answers["login"] = silence
    async with kept(stage.link()) as link:
        await until(lambda: stage.server.count("Login") == 1)
        await turn()
        await stage.clock.advance(5)
        await stage.turned_away(link, "does not answer")


async def test_nobody_listening_is_told_in_words(stage: Stage) -> None:
    """Where no server listens the reason holds the address and the system's own words."""
    async with kept(stage.link()) as link:
        await until(lambda: link.away is None)
    gone = stage.link()
    async with stage.server.listening() as port:
        gone._settings = type(gone._settings)(port=port, secret="x")
    async with kept(gone):
        await stage.turned_away(gone, f"127.0.0.1:{port}: ")
        assert gone.away is not None
        assert "refused" in gone.away.lower() or "connect call failed" in gone.away.lower()


async def test_tries_go_on_where_the_host_is_there(stage: Stage) -> None:
    """However often the login was dropped, the next try comes after 1 to 1.5 s, and never much later."""
    tried_at: list[float] = []

    def note_and_drop(visitor: Visitor, action: Message) -> None:
        tried_at.append(stage.clock.monotonic())
        drop(visitor, action)

    stage.server.answers["login"] = note_and_drop
    async with kept(stage.link()) as link:
        for _ in range(400):
            await stage.clock.advance(0.25)
            await turn(10)
        with pytest.raises(SwitchUnreachable) as caught:
            link.require()
    gaps = [after - before for before, after in itertools.pairwise(tried_at)]
    assert min(gaps) >= NEXT_LOOK[0]
    assert max(gaps) <= NEXT_LOOK[1] + 0.5  # what is dropped is seen only some turns later
    assert len(set(gaps)) > 1
    assert caught.value.retry_after <= NEXT_LOOK[1]


@pytest.mark.parametrize(
    "refusal",
    [
        ConnectionRefusedError(111, "Connection refused"),
        OSError("Multiple exceptions: [Errno 111] Connect call failed ('::1', 5038, 0, 0), [Errno 101] no"),
    ],
)
async def test_a_host_where_nobody_listens_is_asked_again_soon(
    clock: ManualClock, monkeypatch: pytest.MonkeyPatch, refusal: OSError
) -> None:
    """Where the connection is refused the link looks every 1 to 1.5 s, for as long as it takes."""
    gaps = await gaps_between_tries(clock, monkeypatch, refusal)
    assert all(NEXT_LOOK[0] <= gap <= NEXT_LOOK[1] for gap in gaps), gaps


@pytest.mark.parametrize(
    "failure", [TimeoutError(), OSError(113, "No route to host"), socket.gaierror(-2, "Name not known")]
)
async def test_a_host_that_does_not_answer_is_asked_more_seldom(
    clock: ManualClock, monkeypatch: pytest.MonkeyPatch, failure: OSError
) -> None:
    """Where no host answers the tries come ever more seldom, at random, but none over 30 s after another."""
    gaps = await gaps_between_tries(clock, monkeypatch, failure)
    assert gaps[0] <= 2.0
    assert max(gaps) <= LONGEST_WAIT
    assert sum(gaps[10:]) / len(gaps[10:]) > LONGEST_WAIT / 4
    assert max(gaps[10:]) - min(gaps[10:]) > LONGEST_WAIT / 4


async def gaps_between_tries(
    clock: ManualClock, monkeypatch: pytest.MonkeyPatch, failure: OSError
) -> list[float]:
    """Have sixty tries to connect fail; give the seconds between them, which Retry-After must tell."""
    tried_at: list[float] = []

    async def fail(*_: object) -> Wire:
        tried_at.append(clock.monotonic())
        raise failure

    monkeypatch.setattr("c2cd.switch.link.connect", fail)
    async with kept(make_link(clock, 1)) as link:
        await settle()
        while len(tried_at) < 60:
            with pytest.raises(SwitchUnreachable) as caught:
                link.require()
            tries = len(tried_at)
            await clock.advance(caught.value.retry_after + 1e-6)  # sums of seconds are not exact
            assert len(tried_at) > tries
    return [after - before for before, after in itertools.pairwise(tried_at)]


async def test_a_stopped_switch_answers_who_waits_for_it(stage: Stage) -> None:
    """A login that is not answered in time is told, and still taken where the answer comes late."""
    pending: list[tuple[Visitor, Message]] = []
    admit, stage.server.answers["login"] = (
        stage.server.answers["login"],
        lambda visitor, action: pending.append((visitor, action)),
    )
    async with kept(stage.link()) as link:
        await until(lambda: pending)
        await stage.clock.advance(PATIENCE - 1)
        await stage.turned_away(link, "does not answer")
        assert link.settled.is_set()
        with pytest.raises(SwitchUnreachable):
            link.require()
        admit(*pending[0])
        await until(lambda: link.away is None)
    assert len(stage.server.visitors) == 1


async def test_a_switch_that_never_answers_is_asked_anew(stage: Stage) -> None:
    """A login is not waited for for ever: after half a minute another connection is tried."""
    stage.server.answers["login"] = silence
    async with kept(stage.link()):
        await until(lambda: stage.server.count("Login") == 1)
        await turn()
        await stage.clock.advance(PATIENCE + NEXT_LOOK[1])
        await until(lambda: stage.server.count("Login") == 2)
        await until(lambda: stage.server.visitors[0].gone)


async def test_reasons_that_take_turns_are_told_once(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    """While a switch is away a refused login is a line, and all else is one; then anew."""
    answers = [drop, refuse("Authentication failed")]
    admit = stage.server.answers["login"]
    async with stage.up() as link:
        for outage in (1, 2):
            stage.server.last.cut()
            await stage.turned_away(link, "closed the connection")
            for tries in range(10):
                stage.server.answers["login"] = answers[tries % 2]
                before = stage.server.count("Login")
                await stage.clock.advance(31)
                await until(lambda before=before: stage.server.count("Login") > before)  # type: ignore[misc]
                await turn()
            warnings = [line for line in caplog.messages if "is away" in line]
            assert len(warnings) == 2 * outage, warnings
            stage.server.answers["login"] = admit
            await stage.clock.advance(31)
            await until(lambda: link.away is None)


async def test_the_same_reason_is_logged_once(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    """A switch that stays away for one reason makes one line of the log, and one more when it is back."""
    caplog.set_level(logging.INFO, "c2cd")
    async with stage.up() as link:
        admit, stage.server.answers["login"] = stage.server.answers["login"], drop
        stage.server.last.cut()
        await stage.turned_away(link, "closed the connection")
        for _ in range(100):
            await stage.clock.advance(0.25)
            await turn(10)
        assert stage.server.count("Login") > 4
        stage.server.answers["login"] = admit
        await stage.clock.advance(5)
        await until(lambda: link.away is None)
        lines = [record.getMessage() for record in caplog.records]
    assert [line for line in lines if "is away" in line] == [
        f"the switch is away: 127.0.0.1:{stage.port} closed the connection"
    ]
    assert len([line for line in lines if "is there" in line]) == 2


async def test_a_killed_switch_is_one_line(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    """A switch that closes, then does not answer, then is gone, is one line; ``away`` says why it is now."""
    async with stage.up() as link:
        stage.server.answers["login"] = silence
        stage.server.last.cut()
        await stage.turned_away(link, "closed the connection")
        await stage.clock.advance(2)
        await until(lambda: stage.server.count("Login") == 2)
        await stage.clock.advance(5)
        await stage.turned_away(link, "does not answer")
        link._settings = type(link._settings)(port=free_port(), secret="x")
        stage.server.last.cut()
        await stage.turned_away(link, "closed the connection")
        await stage.clock.advance(2)
        await stage.turned_away(link, f"{link._settings.port}: ")
    assert len([line for line in caplog.messages if "is away" in line]) == 1


@pytest.mark.parametrize("garbage", GARBAGE)
async def test_garbage_between_messages_harms_nothing(stage: Stage, garbage: bytes) -> None:
    """Messages that mean nothing are passed over, before the login and after it, in the same session."""
    stage.server.greeting = GREETING + garbage
    async with stage.up() as link:
        stage.server.last.say(garbage)
        await stage.clock.advance(3)
        await until(lambda: stage.server.count("Ping") == 1)
        await turn()
        assert link.away is None
        assert link.session == 1


async def test_a_flood_without_end_ends_the_connection(stage: Stage) -> None:
    """Over one mebibyte without the end of a message is no AMI: it is cut, not buffered for ever."""
    async with stage.up() as link:
        visitor = stage.server.last
        for _ in range(40):
            visitor.say(b"x" * 65536)
        await until(lambda: link.away is not None)
        await until(lambda: visitor.gone)
        await stage.clock.advance(5)
        await until(lambda: link.session == 2 and link.away is None)


async def test_a_flood_instead_of_a_greeting_ends_the_connection(stage: Stage) -> None:
    """Garbage without end from the first byte on is cut too, and the switch is away."""
    stage.server.greeting = b"\x00" * (3 << 20)
    stage.server.answers["login"] = silence
    async with kept(stage.link()) as link:
        await stage.turned_away(link, "closed the connection")


async def test_an_answer_of_another_action_is_nobodys(stage: Stage) -> None:
    """A response whose ActionID nothing waits for changes nothing."""

    def answer_wrongly(visitor: Visitor, action: Message) -> None:
        visitor.respond({"actionid": "somebody-elses"}, "Error", Message="not for you")
        visitor.respond(action, Ping="Pong")

    stage.server.answers["ping"] = answer_wrongly
    async with stage.up() as link:
        await stage.clock.advance(3)
        await until(lambda: stage.server.count("Ping") == 1)
        await turn()
        assert link.away is None


async def test_a_stopped_link_never_comes_back(stage: Stage) -> None:
    """Once its task is cancelled the link is away, its connection is closed, and no other is made."""
    async with stage.up() as link:
        pass
    assert link.away == "c2cd is being stopped"
    await until(lambda: stage.server.last.gone)
    await stage.clock.advance(120)
    await turn()
    assert len(stage.server.visitors) == 1
