"""What clients and watchers are told while the switch is away, and what becomes of calls meanwhile."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.switch.turning import until
from tests.web.site import CONTACT, LONG_TALK, Site, assert_refused, open_site

pytestmark = pytest.mark.asyncio(loop_scope="module")

TWICE = """
[[accounts]]
id = "twice"
realm = "twice.example"
limits.token.repeat_seconds = 2
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def frail(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """Give a daemon whose switch these tests take away; each of them gives it back."""
    async with open_site(tmp_path_factory.mktemp("frail"), more=TWICE) as site:
        yield site


async def lose(site: Site) -> None:
    """Take the switch away, and wait until the daemon knows."""
    site.proxy.refusing = True
    site.proxy.cut()
    await site.daemon.wait_for("/readyz", 503)


async def restore(site: Site) -> None:
    """Give the switch back, and wait until the daemon knows."""
    site.proxy.refusing = False
    site.proxy.flow()
    await site.daemon.wait_for("/readyz")


async def test_health_tells_the_process_from_its_readiness(frail: Site) -> None:
    """Without the switch the process is healthy and not ready, says why, and is ready again afterwards."""
    ready = await frail.http.get("/readyz")
    assert (ready.status_code, ready.json()) == (200, {"status": "ok", "switch": "ok", "database": "ok"})
    await lose(frail)
    healthy, unready = await frail.http.get("/healthz"), await frail.http.get("/readyz")
    assert (healthy.status_code, healthy.json()) == (200, {"status": "ok"})
    assert unready.status_code == 503
    assert unready.json()["status"] == "unavailable"
    assert "closed the connection" in unready.json()["switch"]
    assert unready.json()["database"] == "ok"
    await restore(frail)
    assert (await frail.http.get("/readyz")).json()["switch"] == "ok"


async def test_a_switch_that_leaves_an_order_unanswered_is_not_ready(frail: Site) -> None:
    """While clicks are refused since the switch has stopped answering, readyz says so, before it is away."""
    button_id = await frail.button()
    frail.proxy.stall(answers_only=True)
    clicking = asyncio.create_task(frail.connect(button_id))
    await frail.daemon.wait_for("/readyz", 503)
    content = (await frail.http.get("/readyz")).json()
    assert "stopped answering" in content["switch"]
    refused = await frail.connect(button_id, "+15551235")
    assert (refused.status_code, refused.json()["message"]) == (503, "switch_unreachable")
    assert "stopped answering" in refused.json()["data"]["message"]
    await restore(frail)
    assert (await clicking).status_code == 200


async def test_clicks_are_refused_and_not_kept_for_later(frail: Site) -> None:
    """While the switch is away a click is 503 with Retry-After, makes no row, and no call once it is back."""
    button_id = await frail.button(throttle=1)
    await lose(frail)
    for blocking in (False, True, False):
        response = await frail.connect(button_id, json={"data": {"contact": CONTACT, "blocking": blocking}})
        content = response.json()
        assert (response.status_code, content["error"]) == (503, "503")
        assert content["message"] == "switch_unreachable"
        assert "can't be reached" in content["data"]["message"]
        assert 1 <= int(response.headers["retry-after"]) <= 60
    await restore(frail)
    assert (frail.orders(button_id), frail.calls(button_id)) == ([], 0)
    assert (await frail.call(button_id))["result"] == "success"
    assert len(frail.orders(button_id)) == frail.calls(button_id) == 1


async def test_a_dry_run_tells_it(frail: Site) -> None:
    """While the switch is away a dry run of a good click says so, and a bad one what is wrong with it."""
    button_id = await frail.button(whitelist=["^[+]1"])
    await lose(frail)
    tried = [
        (await frail.ask("GET", f"/{button_id}/connect", params={"contact": contact, "dry_run": "1"})).json()
        for contact in (CONTACT, "44")
    ]
    said = [(answer["data"]["allowed"], answer["data"]["rule"]) for answer in tried]
    assert said == [(False, "switch_unreachable"), (False, "whitelist")]
    assert tried[0]["data"]["retry_after"] <= 2
    await restore(frail)


async def test_all_else_works_without_the_switch(frail: Site) -> None:
    """Buttons and histories are read and written while the switch is away."""
    await lose(frail)
    button_id = await frail.button()
    assert (await frail.ask("PATCH", f"/{button_id}", json={"data": {"name": "B"}})).status_code == 200
    assert (await frail.ask("GET", f"/{button_id}/history")).json()["data"] == []
    assert (await frail.ask("DELETE", f"/{button_id}")).status_code == 200
    await restore(frail)


async def test_what_is_wrong_with_a_click_is_told_without_the_switch(frail: Site) -> None:
    """A contact that could never be called is 400, whether or not the switch is there."""
    button_id = await frail.button()
    await lose(frail)
    assert (await frail.connect(button_id, "1&2")).status_code == 400
    assert_refused(
        await frail.connect("nothing"),
        404,
        "bad_identifier",
        {"message": "bad identifier", "cause": "nothing"},
    )
    await restore(frail)


async def test_a_key_that_was_refused_is_free_when_the_switch_is_back(frail: Site) -> None:
    """A click with a key that was 503 may be repeated, and then it is placed, once."""
    button_id, headers = await frail.button(), {"idempotency-key": "k1"}
    await lose(frail)
    assert (await frail.connect(button_id, headers=headers)).status_code == 503
    await restore(frail)
    answers = [await frail.connect(button_id, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert len(frail.orders(button_id)) == 1


async def test_a_repeat_is_answered_without_the_switch(frail: Site) -> None:
    """Whoever repeats a click that was placed gets its answer, also while the switch is away."""
    button_id, headers = await frail.button(), {"idempotency-key": "k1"}
    first = await frail.connect(button_id, headers=headers)
    await lose(frail)
    again = await frail.connect(button_id, headers=headers)
    assert (again.status_code, again.json()["data"]) == (200, first.json()["data"])
    await restore(frail)
    assert len(frail.orders(button_id)) == 1


async def test_an_order_whose_answer_is_lost_is_not_repeated(frail: Site) -> None:
    """A click whose order reached the switch and was not answered is 504, dialled once, and followed on."""
    button_id = await frail.button()
    frail.proxy.stall(answers_only=True)
    clicking = asyncio.create_task(
        frail.connect(button_id, f"+1555{LONG_TALK}", headers={"idempotency-key": "k1"})
    )
    await until(lambda: frail.orders(button_id))
    await lose(frail)
    response = await clicking
    assert (response.status_code, response.json()["message"]) == (504, "switch_silent")
    await restore(frail)
    item = await frail.daemon.wait_until(button_id, "bridged")
    again = await frail.connect(button_id, f"+1555{LONG_TALK}", headers={"idempotency-key": "k1"})
    assert (again.status_code, again.json()["data"]["call_id"]) == (200, item["call_id"])
    assert len(frail.orders(button_id)) == frail.calls(button_id) == 1


async def test_a_double_click_whose_answer_is_lost_rings_once(frail: Site) -> None:
    """The second of two clicks is not placed where the first may have been: it is told of that call."""
    button_id, contact = await frail.button("twice"), f"+1555{LONG_TALK}"
    frail.proxy.stall(answers_only=True)
    clicking = [asyncio.create_task(frail.connect(button_id, contact, account="twice")) for _ in range(2)]
    await until(lambda: frail.orders(button_id))
    await lose(frail)
    answers = await asyncio.gather(*clicking)
    await restore(frail)
    assert sorted(answer.status_code for answer in answers) == [200, 504]
    (order,) = frail.orders(button_id)
    assert order["channelid"] in {answer.json()["data"].get("call_id") for answer in answers}


async def test_a_call_goes_on_while_the_link_is_lost(frail: Site) -> None:
    """A call that talks while the link is cut is still talking in the history when it is back."""
    button_id = await frail.button()
    talking = await frail.call(button_id, f"+1555{LONG_TALK}")
    await lose(frail)
    await restore(frail)
    (item,) = await frail.daemon.history(button_id)
    assert (item["state"], item["bridged_at"]) == ("bridged", talking["bridged_at"])
    assert len(frail.orders(button_id)) == 1


async def test_an_end_that_was_not_seen_is_settled(frail: Site) -> None:
    """A call that ended while the link was cut is a success whose length is not known."""
    button_id = await frail.button()
    await frail.call(button_id)
    await lose(frail)
    await until(lambda: not [live for live in frail.switch.calls if button_id in live])
    await restore(frail)
    item = await frail.daemon.wait_until(button_id, "ended")
    assert item["result"] == "success"
    assert "cause" not in item
