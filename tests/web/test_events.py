"""An account's events as they happen: each once, in order, from where a client has left off."""

import asyncio
import socket
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace

from c2cd.clock import SystemClock
from c2cd.store.database import open_database
from c2cd.store.history import History
from c2cd.store.tokens import Tokens
from tests.calls.examples import a_call
from tests.process import PATIENCE
from tests.web.site import CONTACT, LONG_TALK, Site, faults_of, make_token, open_site
from tests.web.streams import events

pytestmark = pytest.mark.asyncio(loop_scope="package")

WHOLE_CALL = ["requested", "ringing", "answered", "ringing", "answered", "bridged", "ended"]


def names(messages: Sequence[dict[str, object]]) -> list[str]:
    """Give the short names of events."""
    return [str(message["event"]).removeprefix("call.") for message in messages]


async def test_a_call_is_told_as_the_event_log_has_it(site: Site) -> None:
    """Each line that the event log gets of a call comes while it goes on, in the same words and order."""
    button_id = await site.button()
    async with events(site, filter_clicktocall_id=button_id) as stream:
        await site.connect(button_id)
        told = await stream.until(event="call.ended")
    assert names(told) == WHOLE_CALL
    assert told == await site.lines("call.ended", clicktocall_id=button_id)


async def test_a_refused_click_is_told(site: Site) -> None:
    """A click that a guard refuses comes with its rule."""
    button_id = await site.button(whitelist=["^never$"])
    async with events(site, filter_clicktocall_id=button_id) as stream:
        await site.connect(button_id)
        (told,) = await stream.until(event="click.denied")
    assert (told["rule"], told["contact"], told["call_id"]) == ("whitelist", CONTACT, None)


async def test_a_client_goes_on_where_it_has_left_off(site: Site) -> None:
    """Who comes again with the last id gets what came after it: nothing twice, and nothing left out."""
    button_id = await site.button()
    async with events(site, filter_clicktocall_id=button_id) as first:
        await site.connect(button_id)
        await first.until(event="call.ringing")
    await site.lines("call.ended", clicktocall_id=button_id)
    async with events(site, after=first.place, filter_clicktocall_id=button_id) as second:
        await second.until(event="call.ended")
    assert names(first.messages + second.messages) == WHOLE_CALL


async def test_filters_pick_a_call(site: Site) -> None:
    """With a filter by call the events of other calls are left out."""
    button_id = await site.button()
    async with events(site) as before:
        place = before.place
    _, second = await site.call(button_id), await site.call(button_id, "+15551235")
    async with events(site, after=place, filter_call_id=second["call_id"]) as stream:
        told = await stream.until(event="call.ended")
    assert {message["call_id"] for message in told} == {second["call_id"]}
    assert names(told) == WHOLE_CALL


async def test_another_accounts_events_are_not_told(site: Site) -> None:
    """What happens in one account is told in no other."""
    async with events(site, "other") as stream:
        await site.call(await site.button())
        own = await site.button("other")
        await site.connect(own, account="other")
        told = await stream.until(event="call.ended")
    assert {message["account_id"] for message in told} == {"other"}


@pytest.mark.parametrize(
    ("token", "status"), [(None, 401), ("c2cd_wrong", 401), ("connect", 403), ("other", 403)]
)
async def test_only_who_manages_the_account_hears(site: Site, token: str | None, status: int) -> None:
    """Without a token that manages the account nothing is told."""
    headers = {} if token is None else {"x-auth-token": site.tokens.get(token, token)}
    response = await site.http.get("/v2/accounts/acme/events", headers=headers)
    assert response.status_code == status


async def test_a_revoked_token_ends_the_stream(site: Site) -> None:
    """A stream tells nothing more once its token is revoked."""
    token = await make_token(site.daemon, "acme")
    button_id = await site.button()
    async with events(site, token=token, filter_clicktocall_id=button_id) as stream:
        await revoke(site, token)
        await site.call(button_id)
        assert await stream.rest() == []


async def test_a_revoked_token_ends_what_the_history_is_told_by(tmp_path: Path) -> None:
    """Who reads slowly what happened long ago is told no more of it either, once the token is revoked."""
    async with open_site(tmp_path) as site:
        await add_calls(site, 10_000)
        token = await make_token(site.daemon, "acme")
        reader, writer = await asyncio.open_connection(sock=narrow(site))
        with closing(writer):
            headers = f"x-auth-token: {token}\r\nlast-event-id: 00000000-0-0\r\nconnection: close\r\n\r\n"
            writer.write(f"GET /v2/accounts/acme/events HTTP/1.1\r\nhost: x\r\n{headers}".encode())
            await reader.readuntil(b"data: ")
            await revoke(site, token)
            rest = await asyncio.wait_for(reader.read(), PATIENCE)
        assert rest.count(b"call.ended") < 10_000


async def add_calls(site: Site, many: int) -> None:
    """Write so many calls into the history, as if they had ended just now."""
    now = SystemClock().wall()
    call = replace(a_call(), state="ended", result="error", cause="USER_BUSY", requested_at=now, ended_at=now)
    async with open_database(site.daemon.database) as database:
        history = History(database)
        await asyncio.gather(*(history.add(replace(call, id=f"c2c-b-{number}")) for number in range(many)))


def narrow(site: Site) -> socket.socket:
    """Connect by a socket that takes little at once."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.connect((site.address, site.daemon.port))
    return client


async def revoke(site: Site, token: str) -> None:
    """Revoke a token beside the daemon."""
    async with open_database(site.daemon.database) as database:
        tokens = Tokens(database)
        found = await tokens.find(token)
        assert found is not None
        await tokens.revoke(found.id, SystemClock().wall())


async def test_an_id_that_is_none_is_refused(site: Site) -> None:
    """A Last-Event-ID that c2cd has not given is told so: what it stands for would not be gone on with."""
    headers = {"x-auth-token": site.tokens["acme"], "last-event-id": "17"}
    response = await site.http.get("/v2/accounts/acme/events", headers=headers)
    assert faults_of(response).keys() == {"last-event-id"}


async def test_a_database_that_fails_ends_streams(tmp_path: Path) -> None:
    """Where the history can't be read streams that tell it end, and the log says why, in one line."""
    async with open_site(tmp_path) as site:
        async with open_database(site.daemon.database) as database:
            await database.write(("ALTER TABLE calls RENAME TO gone", ()))
        for _ in range(3):
            async with events(site, after="00000000-0-0") as stream:
                assert await stream.rest() == []
        await site.daemon.stop()
        errors = [line for line in site.daemon.messages.splitlines() if "INFO" not in line]
        assert [error.partition("c2cd.db: ")[2] for error in errors] == ["no such table: calls"]


@pytest.mark.parametrize("milliseconds", ["253402300800000", "9" * 15])
async def test_an_id_of_times_to_come(site: Site, milliseconds: str) -> None:
    """An id that is ahead of the clock, which may have been set back, begins as one of this moment does."""
    button_id = await site.button()
    call = await site.call(button_id, f"+1555{LONG_TALK}")
    async with events(site, after=f"00000000-0-{milliseconds}", filter_call_id=call["call_id"]) as stream:
        assert names(await stream.until(event="call.bridged")) == WHOLE_CALL[:-1]


async def test_a_stream_outlives_the_daemon(tmp_path: Path) -> None:
    """After a restart a client goes on from the history: no line is left out, and the rest comes live."""
    async with open_site(tmp_path) as site:
        button_id = await site.button()
        async with events(site) as first:
            await site.call(button_id, f"+1555{LONG_TALK}")
            await first.until(event="call.answered")
        await site.call(button_id)
        await site.lines("call.ended", clicktocall_id=button_id)
        await site.daemon.stop()
        await site.daemon.start()
        async with events(site, after=first.place) as second:
            last = await site.call(button_id, "+15551236")
            await second.until(event="call.ended", call_id=last["call_id"])
        told = [*first.messages, *second.messages]
        for call_id in {str(message["call_id"]) for message in told}:
            await assert_whole(site, call_id, told)


async def assert_whole(site: Site, call_id: str, told: Sequence[dict[str, object]]) -> None:
    """Hold what was told of a call to the event log; the history does not know whence it was clicked."""
    heard = [{**message, "client": None} for message in told if message["call_id"] == call_id]
    lines = await site.lines(str(heard[-1]["event"]), call_id=call_id)
    shown = [{**line, "client": None} for line in lines]
    assert [line for line in shown if line not in heard] == []
    assert [message for message in heard if message not in shown] == []
