"""Composing a call: which phone shows what, and that no name breaks out."""

import re
import unicodedata
from collections.abc import Mapping
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from c2cd.calls.composing import (
    compose_call,
    compose_originate,
    new_call_id,
    presentable,
    shown_to_contact,
    shown_to_extension,
)
from c2cd.model.account import Account
from c2cd.model.button import DialFirst
from c2cd.model.contact import Contact
from c2cd.model.limits import Limits
from c2cd.switch.orders import originate_headers
from tests.calls.examples import ACCOUNT, CONTACT, LIFE, a_button, a_click

# Kazoo's form of a call's id: the button's and something random.
CALL_ID = re.compile(r"c2c-b-[0-9a-f]{32}")
LONGEST_CALLER_ID = 255
REFUSED = re.compile("CURL|DB|EVAL|FILE|ODBC|REALTIME|SHELL")  # "app or data blacklisted"
BREAKS_OUT = set(",()\"';$\\{}<>[]|&^=`%\r\n\x00")


def single(headers: Mapping[str, str | list[str]]) -> dict[str, str]:
    """Hold headers to coming once each."""
    assert all(isinstance(value, str) for value in headers.values())
    return {name: str(value) for name, value in headers.items()}


def test_call_is_the_buttons() -> None:
    """A call's row says whose it is, whom it calls and how, under an id of its own."""
    click = a_click(a_button(dial_first="contact"))
    call = compose_call(click, clicked_by="token t", requested_at=5.0, switch_life=LIFE)
    assert CALL_ID.fullmatch(call.id)
    assert (call.account_id, call.button_id) == ("acme", "b")
    assert (call.contact, call.extension, call.dial_first) == (CONTACT.text, "1001", "contact")
    assert (call.timeout, call.requested_at, call.switch_life, call.state) == (30, 5.0, LIFE, "requested")
    assert (call.clicked_by, call.longest) == ("token t", None)


@pytest.mark.parametrize(
    ("max_minutes", "longest"), [(None, None), (0, None), (60, 3600), (0.5, 30), (0.001, 1)]
)
def test_a_call_is_as_long_as_the_limits_say(max_minutes: float | None, longest: float | None) -> None:
    """The two may talk for so many minutes, a second at least; 0 is no limit."""
    click = a_click(a_button(), Limits(max_minutes=max_minutes))
    assert compose_call(click, clicked_by="public", requested_at=5.0, switch_life=LIFE).longest == longest


@pytest.mark.parametrize(("longest", "option"), [(None, "if("), (3600.0, "iS(3600)f("), (1.2, "iS(2)f(")])
def test_the_switch_is_told_to_end_it(longest: float | None, option: str) -> None:
    """The order has Dial hang up after so many seconds of talk, in whole ones, or not at all."""
    order = replace(compose_originate("c2c-b-1", ACCOUNT, a_button().means, CONTACT), longest=longest)
    assert single(originate_headers(order))["Data"].split(",")[2].startswith(option)


def test_ids_are_new() -> None:
    """No two calls have one id, and each fits Asterisk's 149 characters with the longest button id."""
    ids = {new_call_id("f" * 32) for _ in range(100)}
    assert len(ids) == 100
    assert all(len(call_id) + len("-2") <= 149 for call_id in ids)


def test_extension_first() -> None:
    """The extension rings first and sees the contact; the contact sees what the button says."""
    button = a_button(callee_name="Acme Support", callee_number="15550000")
    order = compose_originate("c2c-b-1", ACCOUNT, button.means, CONTACT)
    assert order.first == "Local/1001@from-internal/n"
    assert (order.first_shows_name, order.first_shows_number) == ("Sales", "+15551234567")
    assert order.second == "Local/+15551234567@from-internal/n"
    assert (order.second_shows_name, order.second_shows_number) == ("Acme Support", "15550000")
    assert (order.call_id, order.timeout) == ("c2c-b-1", 30)


def test_contact_first() -> None:
    """Whichever rings first, each phone is shown the same."""
    button = a_button(dial_first="contact", callee_name="Acme Support", callee_number="15550000")
    order = compose_originate("c2c-b-1", ACCOUNT, button.means, CONTACT)
    assert order.first == "Local/+15551234567@from-internal/n"
    assert (order.first_shows_name, order.first_shows_number) == ("Acme Support", "15550000")
    assert order.second == "Local/1001@from-internal/n"
    assert (order.second_shows_name, order.second_shows_number) == ("Sales", "+15551234567")


def test_what_is_shown_by_default() -> None:
    """Without words of its own a button shows each of the two phones the other one's number."""
    means = a_button().means
    assert shown_to_extension(means, CONTACT) == ("Sales", "+15551234567")
    assert shown_to_contact(means) == ("1001", "1001")


def test_number_of_its_own() -> None:
    """A button's caller_id_number takes the contact's place on the extension's phone."""
    assert shown_to_extension(a_button(caller_id_number="4000").means, CONTACT) == ("Sales", "4000")


def test_name_of_nothing_but_signs() -> None:
    """A name of which nothing can be shown gives way to the extension, for the contact."""
    assert shown_to_contact(a_button(callee_name='"<>"').means) == ("1001", "1001")


def test_sip_uri() -> None:
    """A SIP URI is dialled by its own channel, and its user is what the extension's phone shows."""
    contact = Contact("sip:bob@example.com", "sip_uri")
    order = compose_originate("c2c-b-1", ACCOUNT, a_button().means, contact)
    assert order.second == "PJSIP/trunk/sip:bob@example.com"
    assert order.first_shows_number == "bob"


def test_sip_uri_without_a_channel() -> None:
    """An account that can't call a SIP URI composes no order for one."""
    account = Account(id="acme", realm="acme.example")
    with pytest.raises(ValueError, match="acme"):
        compose_originate("c2c-b-1", account, a_button().means, Contact("sip:b@c", "sip_uri"))


def test_channels_of_the_account() -> None:
    """Both legs are dialled as the account's configuration says."""
    account = Account(
        id="acme", realm="r", extension_channel="PJSIP/{number}", contact_channel="PJSIP/{number}@trunk"
    )
    order = compose_originate("c2c-b-1", account, a_button().means, CONTACT)
    assert (order.first, order.second) == ("PJSIP/1001", "PJSIP/+15551234567@trunk")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Sales", "Sales"),
        ("  Sales \t &  Support\n", "Sales Support"),
        ("Müller, Söhne (GmbH)", "Müller Söhne GmbH"),
        ("日本語", "日本語"),
        ("O'Brien", "O Brien"),
        ('Sales" <666>', "Sales 666"),
        ("${SHELL(id)}", "Shell id"),
        ("a\r\nAction: Command", "a Action: Command"),
        ("a\x00b\u202eb\u200bc", "a b b c"),  # NUL, right-to-left, a space that nobody sees
        ("SHELL Oil and FILEMAKER Ltd", "Shell Oil and Filemaker Ltd"),  # words that Asterisk refuses in Data
        ("", ""),
        ("()", ""),
        ("ü" * 128, "ü" * 80),  # cut at 160 bytes
        ("€" * 128, "€" * 53),  # and never inside a character
        ("a" * 159 + " b", "a" * 159),  # nor after a space
    ],
)
def test_presentable(name: str, shown: str) -> None:
    """A name keeps its words and loses every sign that means something on the way to a phone."""
    assert presentable(name) == shown


@given(st.text(max_size=200) | st.text(st.sampled_from("SHELODBCURFI ß,"), max_size=200))
def test_no_name_breaks_out(name: str) -> None:
    """Whatever a name says, what is shown of it can't end a quote, an argument, a header or a line."""
    shown = presentable(name)
    assert not BREAKS_OUT & set(shown)
    assert not any(unicodedata.category(char).startswith("C") for char in shown)
    assert not REFUSED.search(shown)
    assert shown == shown.strip()
    assert presentable(shown) == shown


@given(st.text(min_size=1, max_size=128), st.text(max_size=128), st.sampled_from(get_args(DialFirst)))
def test_order_is_what_was_composed(name: str, callee_name: str, dial_first: DialFirst) -> None:
    """Whatever the names say, the order has its headers, arguments and numbers, and no more."""
    button = a_button(
        name=name,
        callee_name=callee_name,
        callee_number="15550000",
        dial_first=dial_first,
    )
    headers = single(originate_headers(compose_originate("c2c-b-1", ACCOUNT, button.means, CONTACT)))
    plain = single(originate_headers(compose_originate("c2c-b-1", ACCOUNT, a_button().means, CONTACT)))
    assert headers.keys() == plain.keys()
    caller_id = re.fullmatch(r'(?:"[^"]*" )?<([^<>]*)>', headers["CallerID"])
    data = re.fullmatch(r'([^,]*),30,if\((?:"[^"]*" )?<([^<>]*)>\)', headers["Data"])
    assert caller_id
    assert data
    assert {caller_id[1], data[2]} == {"+15551234567", "15550000"}
    assert {headers["Channel"], data[1]} == {plain["Channel"], plain["Data"].partition(",")[0]}
    assert len(headers["CallerID"].encode()) <= LONGEST_CALLER_ID
    assert all(value.isprintable() for value in headers.values())
