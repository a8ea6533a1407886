"""What else a button says: what is kept, what is refused, and what of it reaches the switch."""

from typing import Any

import pytest

from tests.web.site import Site, faults_of

pytestmark = pytest.mark.asyncio(loop_scope="package")

AUTO_ANSWER = "__C2CD_AUTO_ANSWER=1"
ALL: dict[str, Any] = {
    "bypass_media": "auto",
    "custom_application_vars": {"order-note": "a,b${EVAL(x)}"},
    "custom_sip_headers": {"X-A": "1", "X-B": True, "X-C": 5, "in": {"X-D": "1"}, "out": {"X-E": 2}},
    "media": {"ignore_early_media": False, "more": [1]},
    "music_on_hold": {"media_id": "acme-hold", "more": {"a": None}},
    "presence_id": "1001@acme.example",
    "ringback": "%(2000,4000,440,480)",
}


async def test_all_fields_are_kept(site: Site) -> None:
    """Every field is given back as it was sent, and what is unknown inside of one too."""
    document = (await site.ask("GET", f"/{await site.button(**ALL)}")).json()["data"]
    assert {key: document[key] for key in ALL} == ALL


async def test_what_is_applied_reaches_the_switch(site: Site) -> None:
    """The order has the variables, each on a line of its own, early media and ringing; the answer says so."""
    button_id = await site.button(**ALL)
    data = (await site.connect(button_id)).json()["data"]
    (order,) = site.orders(button_id)
    assert order["variable"].split("\n") == [
        "__C2CD_VAR_order_note=a%2Cb%24%7BEVAL%28x%29%7D",
        "CHANNEL(musicclass)=acme-hold",
    ]
    assert order["earlymedia"] == "true"
    assert ",30,irf(" in order["data"]
    assert data["ignore_early_media"] is False
    assert data["custom_application_vars"] == ALL["custom_application_vars"]


async def test_a_call_with_all_of_it_succeeds(site: Site) -> None:
    """What the fields add disturbs no call."""
    assert (await site.call(await site.button(**ALL)))["result"] == "success"


REFUSED: dict[str, tuple[dict[str, Any], str, str]] = {
    "same variable": ({"custom_application_vars": {"a-b": "", "a_b": ""}}, "a_b", "uniqueItems"),
    "long variable": ({"custom_application_vars": {"a": "x" * 901}}, "a", "maxLength"),
    "long when encoded": ({"custom_application_vars": {"a": "," * 301}}, "a", "maxLength"),
    "name with a sign": ({"custom_application_vars": {"a=b": ""}}, "a=b", "pattern"),
    "object as a header": ({"custom_sip_headers": {"X-A": {"X-B": "1"}}}, "X-A", "type"),
    "text as a direction": ({"custom_sip_headers": {"out": "1"}}, "out", "type"),
}


@pytest.mark.parametrize(("document", "name", "rule"), REFUSED.values(), ids=REFUSED)
async def test_what_cant_be_sent_is_refused_when_saved(
    site: Site, document: dict[str, Any], name: str, rule: str
) -> None:
    """A variable or header that could never be told apart, or sent, is refused by its name."""
    faults = faults_of(await site.put(name="Sales", extension="1001", **document))
    (field,) = document
    assert list(faults) == [f"{field}.{name}"]
    assert list(faults[f"{field}.{name}"]) == [rule]


async def test_the_longest_variable_is_sent(site: Site) -> None:
    """A value of as many encoded characters as may be, under the longest name, is within a line of AMI."""
    button_id = await site.button(custom_application_vars={"n" * 64: "," * 300})
    assert (await site.connect(button_id)).status_code == 200
    assert site.orders(button_id)[0]["variable"] == f"__C2CD_VAR_{'n' * 64}={'%2C' * 300}"


async def asked(site: Site, query: str, account: str = "acme", **more: Any) -> tuple[bool, bool]:
    """Click; tell whether the answer and the order have the extension's phone answer by itself."""
    document = {"auth_required": False, "whitelist": ["^1"]}
    button_id = await site.button(account, **document)
    json = {"data": {"contact": "1", "auto_answer": True}}
    response = await site.connect(button_id, account=account, json=json, params=query, **more)
    (order,) = site.orders(button_id)
    said: bool = response.json()["data"]["custom_channel_vars"]["auto_answer_loopback"]
    return said, order.get("variable") == AUTO_ANSWER


@pytest.mark.parametrize(
    ("query", "auto"),
    [
        ("", False),
        ("auto_answer=false", False),
        ("auto_answer=yes", False),
        ("auto_answer=0", False),
        ("auto_answer", True),
        ("auto_answer=1", True),
        ("auto_answer=true", True),
    ],
)
async def test_auto_answer_is_asked_for_in_the_query(site: Site, query: str, auto: bool) -> None:  # noqa: FBT001 - expected
    """The extension's phone answers by itself only if the query string says so; a body's word is nothing."""
    assert await asked(site, query) == (auto, auto)


async def test_auto_answer_needs_a_token(site: Site) -> None:
    """A click without a token, as a website makes it, opens no microphone, whatever it asks for."""
    assert await asked(site, "auto_answer=true", token=None) == (False, False)


async def test_auto_answer_may_be_forbidden(site: Site) -> None:
    """An account whose configuration forbids it has no phone answer by itself."""
    assert await asked(site, "auto_answer=true", account="open") == (False, False)
