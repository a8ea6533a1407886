"""Reading a contact: one clean form or none."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from c2cd.errors import Denied
from c2cd.guard.number import RULE, phone_of, read_contact

SAFE_NUMBER = re.compile(r"\+?[0-9]{1,32}")
SAFE_URI = re.compile(r"sips?:[A-Za-z0-9_.+-]+@[A-Za-z0-9.-]+(:[0-9]{1,5})?")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("1001", "1001"),
        ("+15551234567", "+15551234567"),
        ("+1 (555) 123-4567", "+15551234567"),
        ("555.123.4567", "5551234567"),
        ("[0]30 1234", "0301234"),
        ("0" * 32, "0" * 32),
        ("7", "7"),
    ],
)
def test_numbers(written: str, read: str) -> None:
    """Without a region a number only loses its spaces, dots, dashes and brackets."""
    assert read_contact(written, None).text == read
    assert read_contact(written, None).kind == "number"


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        "+",
        "++15551234567",
        "1+555",
        "15551234567+",
        "15551234567\n",
        "15551234567\r",
        "15551234567\r\nAction: Command\r\nCommand: core stop now",
        "1555\n1234567",
        "1555\x00",
        "1555\t1234",
        "1555&1556",
        "1555/n",
        "1555,30",
        "1555|30",
        "1555;1",
        "1555@from-internal",
        "${SHELL(id)}",
        "$[1+1]",
        "1555%0a",
        "*97",
        "#21",
        "1555x12",
        "1-800-FLOWERS",
        "١٥٥٥١٢٣",  # Arabic digits
        "१२३४५६",  # Devanagari digits
        "１５５５１２３",  # noqa: RUF001 - full-width digits are the point
        "＋15551234",  # noqa: RUF001 - a full-width plus
        "1555\u00a01234",  # a space that is none of ours
        "1555\u200b1234",  # a space that nobody sees
        "1555‐1234",  # noqa: RUF001 - a hyphen that is no minus
        "0" * 33,
        "tel:+15551234567",
    ],
)
@pytest.mark.parametrize("region", [None, "US"])
def test_refused(written: str, region: str | None) -> None:
    """What is not wholly a number in ASCII is refused under the guard's name, and never mended."""
    with pytest.raises(Denied) as caught:
        read_contact(written, region)
    assert caught.value.rule == RULE
    assert caught.value.retry_after is None


@pytest.mark.parametrize(
    "uri",
    [
        "sip:bob@example.com",
        "sips:bob@example.com",
        "sip:bob.smith-1_2+tag@10.0.0.1",
        "sip:+15551234567@trunk.example:5060",
        "sip:1001@pbx:65535",
        "sip:a@b",
    ],
)
def test_sip_uris(uri: str) -> None:
    """A SIP URI of user, host and perhaps a port is taken as it is, whatever the region."""
    for region in (None, "US"):
        contact = read_contact(uri, region)
        assert (contact.text, contact.kind) == (uri, "sip_uri")


@pytest.mark.parametrize(
    "uri",
    [
        "sip:",
        "sip:bob",
        "sip:@example.com",
        "sip:bob@",
        "sip:bob@-example.com",
        "sip:bob@example.com-",
        "sip:bob@example.com\n",
        "sip:bob@example.com\r\nX: y",
        "sip:bob@example.com&PJSIP/boss",
        "sip:bob@example.com,30",
        "sip:bob@example.com;transport=tcp",
        "sip:bob@example.com?Replaces=1",
        "sip:bob@example.com/n",
        "sip:bob@example.com:0",
        "sip:bob@example.com:65536",
        "sip:bob@example.com:\u0665",  # an Arabic five
        "sip:bob@example.com:",
        "sip:bob@[::1]",
        "sip:bob@evil@example.com",
        "sip:bob:secret@example.com",
        "sip:${SHELL(id)}@example.com",
        "sip:b ob@example.com",
        "sip:böb@example.com",
        "sip:" + "b" * 65 + "@example.com",
        "sip:bob@" + "h" * 254,
        "SIP:bob@example.com",
        "sip:SHELL@example.com",  # Asterisk would refuse the call
        "sip:bob@REALTIMES.example.com",
    ],
)
def test_hostile_sip_uris(uri: str) -> None:
    """A SIP URI with anything else in it is refused: each of those signs means something to somebody."""
    with pytest.raises(Denied):
        read_contact(uri, None)


def test_sip_uri_fits_a_channel() -> None:
    """A URI that Asterisk would cut at a Channel's 255 characters is refused: the rest is another host."""
    padded = "sip:bob@" + "a." * 115 + "allowed.example"
    assert len(f"PJSIP/trunk/{padded}") > 255
    with pytest.raises(Denied):
        read_contact(padded, None)


@pytest.mark.parametrize(
    ("written", "region", "read"),
    [
        ("(201) 555-0123", "US", "+12015550123"),
        ("1 201 555 0123", "US", "+12015550123"),
        ("011 49 30 123456", "US", "+4930123456"),
        ("030 123456", "DE", "+4930123456"),
        ("0044 20 7946 0000", "DE", "+442079460000"),
        ("020 7946 0000", "GB", "+442079460000"),
        ("+49 (0)30 123456", "US", "+4930123456"),
        ("02 1234567", "IT", "+39021234567"),  # Italy keeps its zero
        ("+31 000000", "US", "+3100000"),  # zeros alone
    ],
)
def test_region_makes_e164(written: str, region: str, read: str) -> None:
    """With a region a number that can be one there, or anywhere when it says so, becomes E.164."""
    assert read_contact(written, region).text == read


@pytest.mark.parametrize(
    ("written", "region"), [("1001", "US"), ("42", "DE"), ("9", "GB"), ("0" * 20, "US"), ("+999123", "US")]
)
def test_unknown_to_the_plan(written: str, region: str) -> None:
    """What the region's plan can't hold, such as an internal extension, stays as it was written."""
    assert read_contact(written, region).text == written


contacts = st.one_of(
    st.text(),
    st.text(alphabet="+0123456789 ().-[]\n\r&,/"),
    st.from_regex(SAFE_NUMBER),
    st.from_regex(SAFE_URI),
)


@given(contacts, st.sampled_from([None, "US", "DE", "IT", "GB"]))
@example("+1\n", "US")
def test_whatever_is_written(text: str, region: str | None) -> None:
    """Whatever somebody writes, either it is refused or what comes of it has a safe alphabet."""
    try:
        contact = read_contact(text, region)
    except Denied:
        return
    safe = SAFE_NUMBER if contact.kind == "number" else SAFE_URI
    assert safe.fullmatch(contact.text)


@given(contacts, st.sampled_from([None, "US", "DE"]))
def test_reading_is_final(text: str, region: str | None) -> None:
    """A contact that was read is read as itself: one form in the whitelist, the order and the history."""
    try:
        contact = read_contact(text, region)
    except Denied:
        return
    assert read_contact(contact.text, region) == contact


@pytest.mark.parametrize(
    ("contact", "phone"),
    [
        ("+4402071838750", "+442071838750"),
        ("+12125551234", "+12125551234"),
        ("+121255512340", "+12125551234"),
        ("+12125551234" + "9" * 20, "+12125551234"),
        ("+493012345678901", "+493012345678901"),  # as long as a number may be there
        ("+15551234567", "+15551234567"),  # of no area, with or without more digits
        ("+155512345678", "+155512345678"),
        ("+210123456", "+210123456"),  # of no country
        ("+31000000", "+3100000"),  # zeros alone
        ("121255512340", "121255512340"),
        ("911", "911"),
        ("sip:Bob@Example.com", "sip:bob@example.com"),
        ("sip:+12125551234@a.example", "+12125551234"),
        ("sips:+1.212.555-12345@b.example:5061", "+12125551234"),
        ("sip:+2101@A.example", "sip:+2101@a.example"),  # of no country
        ("sip:12125551234@a.example", "sip:12125551234@a.example"),  # only that host knows whose
    ],
)
def test_whose_phone(contact: str, phone: str) -> None:
    """Digits after a whole number, a 0 before it, and a SIP URI around it make no other phone of it."""
    assert phone_of(contact) == phone
    assert phone_of(phone) == phone
