"""What a button says beside whom to call: what of it is applied, and that none of it breaks out."""

import re
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from c2cd.calls.applying import can_auto_answer, variables_of
from c2cd.calls.composing import compose_originate
from c2cd.model.account import Account
from c2cd.model.button import ClickToCall
from c2cd.model.switching import Originate
from c2cd.switch.orders import originate_headers
from c2cd.validation import faults
from tests.calls.examples import ACCOUNT, CONTACT

DIRECT = Account(
    id="acme",
    realm="acme.example",
    extension_channel="PJSIP/{number}",
    contact_channel="PJSIP/{number}@trunk",
)
HEADERS = (
    ("PJSIP_HEADER(add,Call-Info)", "<sip:acme.example>;answer-after=0"),
    ("PJSIP_HEADER(add,Alert-Info)", "<http://acme.example>;info=alert-autoanswer;delay=0"),
)


def means(**document: Any) -> ClickToCall:
    """Read a document that has no faults."""
    whole = {"name": "Sales", "extension": "1001", **document}
    assert faults(ClickToCall, whole) == []
    return msgspec.convert(whole, ClickToCall)


def ordered(account: Account = ACCOUNT, *, auto_answer: bool = False, **document: Any) -> Originate:
    """Compose the order of a click."""
    return compose_originate("c2c-b-1", account, means(**document), CONTACT, auto_answer=auto_answer)


def test_nothing_is_applied_that_nobody_said() -> None:
    """A plain button's call has no variables, no early media and no ringing of the switch's own."""
    order = ordered()
    assert (order.variables, order.early_media, order.ringback) == ((), False, False)


def test_variables_are_encoded_and_inherited() -> None:
    """A variable goes to every channel of the call, under its prefix and as nothing but plain signs."""
    order = ordered(custom_application_vars={"a-b_C1": 'A z0-9._~,"${X}é', "empty": ""})
    assert order.variables == (
        ("__C2CD_VAR_a_b_C1", "A%20z0-9._%7E%2C%22%24%7BX%7D%C3%A9"),
        ("__C2CD_VAR_empty", ""),
    )


@pytest.mark.parametrize(
    ("media_id", "applied"),
    [("acme_1-x", True), ("", False), ("a b", False), ("a,b=1", False), ("a\n", False), ("a" * 80, False)],
)
def test_music_on_hold_is_a_class(media_id: str, applied: bool) -> None:  # noqa: FBT001 - expected
    """Music is applied where its id can be the name of a class, and is otherwise only kept."""
    variables = ordered(music_on_hold={"media_id": media_id}).variables
    assert variables == ((("CHANNEL(musicclass)", media_id),) if applied else ())


@pytest.mark.parametrize(
    ("ringback", "applied"), [("%(2000,4000,440,480)", True), ("0123abc", False), ("", False), ("(", False)]
)
def test_ringback_is_a_tone(ringback: str, applied: bool) -> None:  # noqa: FBT001 - expected
    """A tone is the switch's own ringing; the id of a recording is only kept."""
    assert ordered(ringback=ringback).ringback is applied


@pytest.mark.parametrize(
    ("media", "taken"),
    [({}, False), ({"ignore_early_media": True}, False), ({"ignore_early_media": False}, True)],
)
def test_early_media_is_ignored_unless_told_otherwise(media: object, taken: bool) -> None:  # noqa: FBT001 - expected
    """Only a plain false has the first phone's sound taken for an answer."""
    assert ordered(media=media).early_media is taken


@pytest.mark.parametrize("dial_first", ["extension", "contact"])
def test_auto_answer_behind_a_local_channel_is_a_variable(dial_first: str) -> None:
    """Where a dialplan dials the extension it is told, in both dial orders."""
    variables = ordered(auto_answer=True, dial_first=dial_first).variables
    assert variables == (("__C2CD_AUTO_ANSWER", "1"),)


def test_auto_answer_of_a_pjsip_channel_is_its_headers() -> None:
    """An extension that is dialled first and directly gets the headers that phones know."""
    assert ordered(DIRECT, auto_answer=True).variables == HEADERS


@pytest.mark.parametrize("realm", ["b\u00fccher.example", "a,b=c", 'x>"', "a b"])
def test_a_realm_breaks_out_of_no_header(realm: str) -> None:
    """A realm that can't stand in a header is left out of it: phones look at what is behind it."""
    variables = ordered(msgspec.structs.replace(DIRECT, realm=realm), auto_answer=True).variables
    assert dict(variables)["PJSIP_HEADER(add,Call-Info)"] == "<sip:localhost>;answer-after=0"


@pytest.mark.parametrize("channel", ["PJSIP/{number}", "SIP/{number}"])
def test_the_contact_never_answers_by_itself(channel: str) -> None:
    """Where the extension can't be given the headers nobody is, least of all the contact that rings first."""
    account = msgspec.structs.replace(DIRECT, extension_channel=channel)
    assert not can_auto_answer(account, means(dial_first="contact"))
    assert ordered(account, auto_answer=True, dial_first="contact").variables == ()


def test_headers_for_a_contact_that_is_dialled_first() -> None:
    """The harmless X- headers of the top level and of out are added, and out's come before."""
    headers = {
        "X-A": "1",
        "X-B": True,
        "X-C": -7,
        "Via": "x",
        "X-Comma": "a,b",
        "X-Line": "a\nb",
        "X-Long": "x" * 201,
        "X-Blank": "  ",
        "in": {"X-In": "1"},
        "out": {"x-a": "2", "X-Out": " a b "},
    }
    assert ordered(DIRECT, dial_first="contact", custom_sip_headers=headers).variables == (
        ("PJSIP_HEADER(add,x-a)", "2"),
        ("PJSIP_HEADER(add,X-B)", "true"),
        ("PJSIP_HEADER(add,X-C)", "-7"),
        ("PJSIP_HEADER(add,X-Out)", "a b"),
    )


@pytest.mark.parametrize(("account", "dial_first"), [(DIRECT, "extension"), (ACCOUNT, "contact")])
def test_headers_are_else_only_kept(account: Account, dial_first: str) -> None:
    """A contact that rings second, or behind a Local channel, can't be given headers."""
    assert ordered(account, dial_first=dial_first, custom_sip_headers={"X-A": "1"}).variables == ()


names = st.from_regex(r"\A[A-Za-z0-9_-]{1,64}\Z") | st.just("out")
texts = st.text(max_size=60) | st.text(st.sampled_from("aX1 ,;\"'\\$(){}=%\r\n"), max_size=20)


@given(
    st.dictionaries(names, texts, max_size=5),
    st.dictionaries(names, texts | st.booleans() | st.dictionaries(names, texts, max_size=3), max_size=5),
    texts,
    texts,
    st.sampled_from(["extension", "contact"]),
)
def test_no_field_breaks_out(
    variables: dict[str, str], headers: dict[str, object], media_id: str, ringback: str, dial_first: str
) -> None:
    """Whatever the fields say, each variable is one name and one value without a sign that AMI heeds."""
    button = means(
        custom_application_vars=variables,
        custom_sip_headers=headers,
        music_on_hold={"media_id": media_id},
        ringback=ringback,
        dial_first=dial_first,
    )
    for name, value in variables_of(DIRECT, button, DIRECT.contact_channel, auto_answer=True):
        assert re.fullmatch(
            r"__C2CD_VAR_\w+|CHANNEL\(musicclass\)|PJSIP_HEADER\(add,[A-Za-z0-9_-]+\)", name, re.ASCII
        )
        assert re.fullmatch(r"[A-Za-z0-9 ._:@/+%<>;=-]*", value)
    order = compose_originate("c2c-b-1", DIRECT, button, CONTACT, auto_answer=True)
    plain = compose_originate("c2c-b-1", DIRECT, means(dial_first=dial_first), CONTACT)
    data, expected = (str(originate_headers(each)["Data"]) for each in (order, plain))
    assert data in {expected, expected.replace(",if(", ",irf(")}
