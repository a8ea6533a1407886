"""Idempotency-Key: whoever repeats a click gets the first answer, and nobody is called twice."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.switch.turning import until
from tests.web.site import CONTACT, Site, assert_refused, faults_of

pytestmark = pytest.mark.asyncio(loop_scope="package")

RINGS_ON = "+1555480"


async def keyed(
    site: Site, button_id: str, key: str, contact: object = CONTACT, *, blocking: bool = False
) -> httpx.Response:
    """Click with a key."""
    return await site.connect(
        button_id,
        headers={"idempotency-key": key},
        json={"data": {"contact": contact, "blocking": blocking}},
    )


async def test_a_repeated_click_gets_the_first_answer(site: Site) -> None:
    """The same key again is answered with the same data, and the switch is not asked again."""
    button_id = await site.button()
    first = await keyed(site, button_id, "k1")
    again = await keyed(site, button_id, "k1")
    assert first.status_code == again.status_code == 200
    assert first.json()["data"] == again.json()["data"]
    assert len(site.orders(button_id)) == site.calls(button_id) == 1


async def test_twenty_at_once_are_one_call(site: Site) -> None:
    """However many clicks come with one key at once, they are one row and one order; some come too early."""
    button_id = await site.button()
    answers = await asyncio.gather(*(keyed(site, button_id, "k1") for _ in range(20)))
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert len({answer.json()["data"]["call_id"] for answer in answers if answer.status_code == 200}) == 1
    assert len(site.orders(button_id)) == site.calls(button_id) == 1


async def test_a_click_that_is_not_answered_yet_is_under_way(site: Site) -> None:
    """While the first click with a key waits for its answer the same again is 409, with Retry-After."""
    button_id = await site.button(timeout=1)
    first = asyncio.create_task(keyed(site, button_id, "k1", RINGS_ON, blocking=True))
    await until(lambda: site.orders(button_id))
    early = await keyed(site, button_id, "k1", RINGS_ON, blocking=True)
    other = await keyed(site, button_id, "k1", "+15559999")
    answered = await first
    assert (early.status_code, early.json()["message"]) == (409, "click_under_way")
    assert early.headers["retry-after"] == "1"
    assert (other.status_code, other.json()["message"]) == (422, "idempotency_key_reused")
    assert answered.json()["data"]["result"] == "error"
    late = await keyed(site, button_id, "k1", RINGS_ON, blocking=True)
    assert late.json()["data"]["call_id"] == answered.json()["data"]["call_id"]
    assert len(site.orders(button_id)) == 1


async def test_a_repeat_may_wait_for_the_end(site: Site) -> None:
    """Who first did not wait may repeat the click and wait, also after the call has ended."""
    button_id = await site.button()
    first = (await keyed(site, button_id, "k1")).json()["data"]
    waited = (await keyed(site, button_id, "k1", blocking=True)).json()["data"]
    await site.daemon.wait_until(button_id, "ended")
    ended = (await keyed(site, button_id, "k1", blocking=True)).json()["data"]
    assert first["call_id"] == waited["call_id"] == ended["call_id"]
    assert (waited["result"], ended["state"]) == ("success", "ended")
    assert len(site.orders(button_id)) == 1


@pytest.mark.parametrize(
    "again",
    [
        {"json": {"data": {"contact": "+1555-1234"}}},
        {"json": {"data": {"contact": CONTACT, "more": 1}}},
        {"json": {"data": {"contact": CONTACT}, "more": 1}},
        {"json": {"contact": CONTACT}},
        {"json": {"data": {"contact": CONTACT}}, "params": {"auto_answer": "true"}},
    ],
)
async def test_another_request_with_the_key_is_refused(site: Site, again: dict[str, Any]) -> None:
    """Whatever is different in the body or the query string makes another request of it, which is 422."""
    button_id = await site.button()
    await keyed(site, button_id, "k1")
    response = await site.connect(button_id, headers={"idempotency-key": "k1"}, **again)
    assert (response.status_code, response.json()["message"]) == (422, "idempotency_key_reused")
    assert len(site.orders(button_id)) == 1


async def test_the_same_request_may_be_written_otherwise(site: Site) -> None:
    """Neither the order of the keys, nor the token, nor whether one waits makes another request of it."""
    button_id = await site.button()
    bodies = [
        {"data": {"contact": CONTACT, "a": 1}, "b": 2},
        {"b": 2, "data": {"a": 1, "contact": CONTACT}},
        {"data": {"contact": CONTACT, "a": 1, "blocking": True, "auth_token": site.tokens["acme"]}, "b": 2},
    ]
    headers = {"idempotency-key": "k1"}
    calls = [
        (await site.connect(button_id, headers=headers, json=body)).json()["data"]["call_id"]
        for body in bodies
    ]
    assert len(set(calls)) == len(site.orders(button_id)) == 1


async def test_a_key_for_another_contact_is_refused(site: Site) -> None:
    """A key that came with another contact before is 422, and nobody is called."""
    button_id = await site.button()
    await keyed(site, button_id, "k1")
    response = await keyed(site, button_id, "k1", "+15559999")
    assert (response.status_code, response.json()["message"]) == (422, "idempotency_key_reused")
    assert len(site.orders(button_id)) == 1


async def test_keys_belong_to_their_button(site: Site) -> None:
    """The same key at another button is another click."""
    one, two = await site.button(), await site.button()
    calls = [(await keyed(site, button_id, "k1")).json()["data"]["call_id"] for button_id in (one, two)]
    assert calls[0] != calls[1]
    assert (len(site.orders(one)), len(site.orders(two))) == (1, 1)


async def test_without_a_key_each_click_is_a_call(site: Site) -> None:
    """Two clicks without a key are two calls."""
    button_id = await site.button()
    await site.connect(button_id)
    await site.connect(button_id)
    assert len(site.orders(button_id)) == 2


async def test_a_repeat_costs_no_token_of_the_throttle(site: Site) -> None:
    """Who repeats a click is answered even where another click would be too many."""
    button_id = await site.button(throttle=1)
    await keyed(site, button_id, "k1")
    assert (await keyed(site, button_id, "k1")).status_code == 200
    assert (await keyed(site, button_id, "k2")).status_code == 429


async def test_repeats_at_once_cost_one_token_together(site: Site) -> None:
    """Clicks with one key that come at once are one click to the throttle too: none of them is too many."""
    button_id = await site.button(throttle=1)
    answers = await asyncio.gather(*(keyed(site, button_id, "k1") for _ in range(10)))
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert (await keyed(site, button_id, "k1")).status_code == 200
    assert len(site.orders(button_id)) == 1


async def test_a_refused_click_leaves_its_key_free(site: Site) -> None:
    """A key that came with a click that was refused may come again with one that is allowed."""
    button_id = await site.button(whitelist=["^[+]1"])
    assert_refused(await keyed(site, button_id, "k1", "44"), 400, "Contact doesn't match whitelist", "44")
    assert (await keyed(site, button_id, "k1")).status_code == 200


@pytest.mark.parametrize("key", ["", "k" * 256, "\xe9", "a\tb"])
async def test_a_key_that_cant_be_kept_is_refused(site: Site, key: str) -> None:
    """A key is 1 to 255 printable ASCII characters; with any other nobody is called."""
    button_id = await site.button()
    response = await site.connect(button_id, headers={b"idempotency-key": key.encode("latin-1")})
    assert list(faults_of(response)) == ["idempotency-key"]
    assert site.orders(button_id) == []


async def test_the_longest_key_is_kept(site: Site) -> None:
    """A key of 255 characters of every printable kind works as any other."""
    button_id = await site.button()
    key = "".join(map(chr, range(33, 127))).ljust(255, "k")
    calls = {(await keyed(site, button_id, key)).json()["data"]["call_id"] for _ in range(2)}
    assert len(calls) == 1


async def test_a_strangers_key_is_another(site: Site) -> None:
    """Who has no token and guesses a key is not told of its call, nor does he take the key from its owner."""
    button_id = await site.button(auth_required=False, whitelist=["^"])
    clicks = [
        await site.connect(button_id, token=token, headers={"idempotency-key": "order-1"})
        for token in (None, "", None, "")
    ]
    assert [click.status_code for click in clicks] == [200] * 4
    stranger, owner, *again = [click.json()["data"]["call_id"] for click in clicks]
    assert stranger != owner
    assert again == [stranger, owner]
    assert len(site.orders(button_id)) == 2


async def test_a_call_that_failed_without_a_trace_is_no_new_click(site: Site) -> None:
    """An order that the switch took, and that ended without a channel, is not sent again for its key."""
    button_id = await site.button("nowhere", dial_first="contact")
    more: dict[str, Any] = {"account": "nowhere", "headers": {"idempotency-key": "k1"}}
    body = {"data": {"contact": CONTACT, "blocking": True}}
    first, again = [await site.connect(button_id, json=body, **more) for _ in range(2)]
    assert first.json()["data"]["result"] == "error"
    assert again.json()["data"]["call_id"] == first.json()["data"]["call_id"]
    assert len(site.orders(button_id)) == site.calls(button_id) == 1
