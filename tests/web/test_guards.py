"""What the guards keep from the switch, and how a click that they refuse is told."""

import re
from typing import Any

import pytest

from tests.web.site import CONTACT, Site, assert_refused, faults_of

pytestmark = pytest.mark.asyncio(loop_scope="package")

HARMLESS = {b"Ping", b"CoreShowChannels"}


def asked_since(site: Site, mark: int) -> set[bytes]:
    """Give the kinds of actions that have left for the switch since a mark in the wire's record."""
    return set(re.findall(rb"Action: (\w+)", site.proxy.sent[mark:]))


async def test_a_contact_must_match_the_whitelist(site: Site) -> None:
    """A miss is 400 in Kazoo's own words, with the contact as it was understood for its data."""
    button_id = await site.button(whitelist=["^[+]1212", "^44$"])
    response = await site.connect(button_id, "+1 (555) 1234")
    assert_refused(response, 400, "Contact doesn't match whitelist", CONTACT)
    assert site.orders(button_id) == []
    assert site.calls(button_id) == 0


@pytest.mark.parametrize("contact", ["+12125550000", "44", "+1 212 555"])
async def test_one_pattern_is_enough(site: Site, contact: str) -> None:
    """A contact that one of the patterns is found in is called."""
    button_id = await site.button(whitelist=["^[+]1212", "^44$"])
    assert (await site.connect(button_id, contact)).status_code == 200


async def test_a_whitelist_is_a_search(site: Site) -> None:
    """A pattern without anchors may be found anywhere in the contact."""
    button_id = await site.button(whitelist=["555"])
    assert (await site.connect(button_id, "+15551234")).status_code == 200
    assert (await site.connect(button_id, "+15661234")).status_code == 400


async def test_the_accounts_whitelist_is_a_second_fence(site: Site) -> None:
    """Where the account has a whitelist a contact must match it too, whatever the button allows."""
    button_id = await site.button("fenced", whitelist=["^[+]1"])
    refused = await site.connect(button_id, "+1 303 555 0100", account="fenced")
    assert_refused(refused, 400, "Contact doesn't match whitelist", "+13035550100")
    assert (await site.connect(button_id, "212 555 0123", account="fenced")).status_code == 200


async def test_a_throttled_button_waits(site: Site) -> None:
    """Beyond its clicks a minute a button is 429, with the seconds after which it may be tried again."""
    button_id = await site.button(throttle=2)
    answers = [await site.connect(button_id) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 429, 429]
    refused = answers[-1]
    assert (refused.json()["message"], refused.json()["data"]["message"]) == (
        "too_many_requests",
        "too many requests",
    )
    assert 1 <= int(refused.headers["retry-after"]) <= 30
    assert len(site.orders(button_id)) == site.calls(button_id) == 2


async def test_a_refused_click_costs_nothing(site: Site) -> None:
    """What another guard refuses takes no token of the throttle."""
    button_id = await site.button(throttle=1, whitelist=["^[+]1"])
    assert [(await site.connect(button_id, "44")).status_code for _ in range(5)] == [400] * 5
    assert (await site.connect(button_id)).status_code == 200


async def test_buttons_are_throttled_apart(site: Site) -> None:
    """A button that is used up leaves the others alone."""
    used, other = await site.button(throttle=1), await site.button(throttle=1)
    assert [(await site.connect(used)).status_code for _ in range(2)] == [200, 429]
    assert (await site.connect(other)).status_code == 200


OPEN = {
    "PUT": {"name": "Sales", "extension": "1001", "auth_required": False},
    "an empty whitelist": {"name": "Sales", "extension": "1001", "auth_required": False, "whitelist": []},
    "a word": {"name": "Sales", "extension": "1001", "auth_required": "false"},
}


@pytest.mark.parametrize("document", OPEN.values(), ids=OPEN)
async def test_an_open_button_without_a_whitelist_is_not_saved(site: Site, document: dict[str, Any]) -> None:
    """A button that anybody may click must say whom it calls, or it is refused with the reason."""
    faults = faults_of(await site.put(**document))
    assert list(faults) == ["whitelist"]
    assert "auth_required" in faults["whitelist"]["required"]["message"]


async def test_a_button_cant_be_opened_later(site: Site) -> None:
    """Neither POST nor PATCH makes an open door of a saved button."""
    button_id = await site.button(whitelist=["^1"])
    for verb, data in (
        ("POST", {"name": "Sales", "extension": "1001", "auth_required": False}),
        ("PATCH", {"auth_required": False, "whitelist": None}),
        ("PATCH", {"auth_required": False, "whitelist": []}),
    ):
        assert list(faults_of(await site.ask(verb, f"/{button_id}", json={"data": data}))) == ["whitelist"]
    assert (await site.connect(button_id, "1", token=None)).status_code == 401


async def test_the_accounts_whitelist_shuts_the_door_too(site: Site) -> None:
    """Where the account has a whitelist of its own an open button needs none."""
    button_id = await site.button("fenced", auth_required=False)
    assert (await site.connect(button_id, "44", account="fenced", token=None)).status_code == 400
    assert (await site.connect(button_id, "1044", account="fenced", token=None)).status_code == 200


async def test_an_admin_may_allow_open_buttons(site: Site) -> None:
    """Where the configuration says so in words an open button without a whitelist is saved."""
    button_id = await site.button("open", auth_required=False)
    assert (await site.connect(button_id, account="open", token=None)).status_code == 200


HOSTILE = [
    "1234\r\nAction: Command\r\nCommand: core stop now",
    "1234\n",
    "\n1234",
    "1234\rVariable: x",
    "1234\0",
    "1234&PJSIP/trunk/+19005551234",
    "1234,30,U(shell)",
    "1234/n",
    "1234@other-context",
    "1234|x",
    "${SHELL(id)}",
    "$[1+1]",
    "1234;auth=1",
    "1234?x",
    "Local/1234@from-internal",
    "+١٢٣٤٥٦",
    "\uff11\uff12\uff13\uff14",
    "1\u200b234",
    "1234\u2028",
    "++1234",
    "1+234",
    "1234+",
    "#31#1234",
    "*72",
    "12ab",
    "+",
    "-",
    "()",
    " ",
    "tel:+1234",
    "sip:",
    "sip:a",
    "sip:a@b;transport=tcp",
    "sip:a@b?Subject=x",
    "sip:a@b&PJSIP/x",
    "sip:a,b@c",
    "sip:a@b/c",
    "sip:a@b:99999",
    "sip:a@b:0",
    "sip:a@b@c",
    "sip:${X}@b",
    "sip:a@b\r\nX: y",
    "sip:a@-b",
    "SIP:a@b",
    "1" * 33,
    "1" * 60_000,
    "1 " * 30_000,
]


async def test_a_hostile_contact_never_reaches_the_switch(site: Site) -> None:
    """What is no clean number or SIP URI is 400 in any form, leaves no row, and no byte for the switch."""
    button_id = await site.button()
    mark, orders = len(site.proxy.sent), len(site.switch.orders)
    for contact in HOSTILE:
        answers = [
            await site.connect(button_id, contact),
            await site.ask("POST", f"/{button_id}/connect", data={"contact": contact}),
        ]
        if len(contact) < 1000:
            answers.append(await site.ask("GET", f"/{button_id}/connect", params={"contact": contact}))
        for answer in answers:
            assert answer.status_code in {400, 413}, (contact, answer.text)
    assert site.switch.orders[orders:] == []
    assert asked_since(site, mark) <= HARMLESS
    assert site.calls(button_id) == 0


async def test_only_what_was_composed_reaches_the_switch(site: Site) -> None:
    """Neither a header, nor a query, nor a field of a click becomes part of its order."""
    button_id = await site.button(custom="Xyzzy-1")
    mark = len(site.proxy.sent)
    await site.ask(
        "POST",
        f"/{button_id}/connect?Xyzzy-2=Xyzzy-2&channel=Xyzzy-3",
        headers={"x-xyzzy": "Xyzzy-4", "variable": "Xyzzy-5", "idempotency-key": "Xyzzy-6"},
        json={"data": {"contact": CONTACT, "Variable": "Xyzzy-7", "data": "Xyzzy-8"}, "Channel": "Xyzzy-9"},
    )
    (order,) = site.orders(button_id)
    assert order.keys() == {
        *("action", "actionid", "channel", "channelid", "otherchannelid"),
        *("callerid", "application", "data", "timeout", "async"),
    }
    assert b"Originate" in site.proxy.sent[mark:]
    assert b"xyzzy" not in site.proxy.sent[mark:].lower()


@pytest.mark.parametrize(
    ("document", "contact", "rule", "shown"),
    [
        ({"whitelist": ["^44"]}, "+1 555 1234", "whitelist", CONTACT),
        ({}, "not a number", "number", "not a number"),
        ({}, "x" * 500, "number", "x" * 80),
        ({}, "1\r\n2", "number", "1\r\n2"),
    ],
)
async def test_a_refused_click_is_in_the_event_log(
    site: Site, document: dict[str, Any], contact: str, rule: str, shown: str
) -> None:
    """A click that a guard refuses leaves a line that says which button, which rule, and for whom."""
    button_id = await site.button(**document)
    await site.connect(button_id, contact)
    (line,) = await site.lines("click.denied", clicktocall_id=button_id)
    assert line["time"]
    assert line["message"]
    assert (line["account_id"], line["call_id"]) == ("acme", None)
    assert (line["rule"], line["contact"]) == (rule, shown)


async def test_a_throttled_click_is_in_the_event_log(site: Site) -> None:
    """A click that comes too soon leaves a line too, after those of the one that was placed."""
    button_id = await site.button(throttle=1)
    await site.connect(button_id)
    await site.connect(button_id)
    lines = await site.lines("click.denied", clicktocall_id=button_id)
    assert [line["rule"] for line in lines if line["event"] == "click.denied"] == ["throttle"]
