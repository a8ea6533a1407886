"""Signed links: what was signed is read again, and nothing else is."""

import base64
import hmac
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from c2cd.errors import Denied, InvalidDocument
from c2cd.guard.signing import Signer, allows, make_link
from c2cd.model.contact import Contact
from c2cd.model.signing import SignedLink
from tests.clock import START

KEY = bytes(range(32))
SIGNER = Signer(KEY)
CONTACT = Contact("+15551234567")
LINK = make_link("acme", "b1", START + 60.0, contact=CONTACT)
TEXT = SIGNER.sign(LINK)


def refused(text: str, button_id: str = "b1", *, account_id: str = "acme", now: float = START) -> str:
    """Have a text read, and give the words with which it is denied."""
    with pytest.raises(Denied) as caught:
        SIGNER.read(text, account_id, button_id, now)
    assert caught.value.rule == "signature"
    return str(caught.value)


@pytest.mark.parametrize(
    "link",
    [
        LINK,
        make_link("acme", "b1", START + 0.125, pattern=r"^\+1"),
        make_link("acme", "b1", START + 1.0, contact=Contact("sip:bob@example.com", "sip_uri")),
        make_link("acme", "b1", START + 1.0, pattern="é" * 500),
        make_link("acme", "b1", START + 1.0, pattern="\x01" * 1024),  # six characters of JSON each
    ],
)
def test_read_as_it_was_signed(link: SignedLink) -> None:
    """A signed text is read as the link that was signed, the longest too, and stands in a URL as it is."""
    text = SIGNER.sign(link)
    assert SIGNER.read(text, "acme", "b1", START) == link
    assert set(text) <= set(string.ascii_letters + string.digits + "_-.")
    assert text.startswith("c2cds_")


def test_another_signer_of_the_same_key() -> None:
    """A link outlives the process that has signed it: the key alone decides."""
    assert Signer(KEY).read(TEXT, "acme", "b1", START) == LINK
    with pytest.raises(Denied, match="not signed by this c2cd"):
        Signer(KEY[::-1]).read(TEXT, "acme", "b1", START)


def test_holds_until_it_expires() -> None:
    """A link is good until the very moment at which it expires, and not at that moment nor after."""
    assert SIGNER.read(TEXT, "acme", "b1", START + 59.999) == LINK
    for now in (START + 60.0, START + 1e9):
        assert "expired" in refused(TEXT, now=now)


def test_belongs_to_one_button() -> None:
    """A link opens neither another button, nor one of that id in another account."""
    assert "another button" in refused(TEXT, "b2")
    assert "another button" in refused(TEXT, account_id="other")


def test_every_bit_counts() -> None:
    """A signed text with a single bit changed, anywhere in it, is refused."""
    raw = TEXT.encode()
    for place in range(len(raw)):
        for bit in range(8):
            changed = bytearray(raw)
            changed[place] ^= 1 << bit
            assert "not signed" in refused(changed.decode("latin-1"))


def test_every_part_counts() -> None:
    """Nothing may be missing of a signed text, and nothing added to it."""
    for end in range(len(TEXT)):
        refused(TEXT[:end])
        refused(TEXT[end + 1 :])
    for other in (f"{TEXT}=", f"{TEXT}.", f" {TEXT}", f"{TEXT}\n", TEXT + TEXT, TEXT.upper()):
        assert "not signed" in refused(other)


def test_parts_of_two_links() -> None:
    """The signature of one link is none for another."""
    link, mac = TEXT.split(".")
    other_link, other_mac = SIGNER.sign(replace(LINK, expires_at=START + 1e6)).split(".")
    assert "not signed" in refused(f"{other_link}.{mac}")
    assert "not signed" in refused(f"{link}.{other_mac}")


def test_the_key_is_of_this_purpose() -> None:
    """An HMAC by the key in the file itself signs no link: what else it may sign one day is no link."""
    payload = TEXT.removeprefix("c2cds_").partition(".")[0]
    mac = base64.urlsafe_b64encode(hmac.digest(KEY, payload.encode(), "sha256")).decode().rstrip("=")
    assert "not signed" in refused(f"c2cds_{payload}.{mac}")


NO_LINKS = ["", "c2cds_", "c2cds_.", "." * 9_000, "\ud800", "\x00", "c2cds_" + "a." * 10**6]


@pytest.mark.parametrize("text", NO_LINKS, ids=range(len(NO_LINKS)))
def test_no_link_at_all(text: str) -> None:
    """What is no signed text is denied, however long it is."""
    assert "not signed" in refused(text)


@given(st.one_of(st.text(), st.binary().map(lambda raw: raw.decode("utf-8", "surrogateescape"))))
def test_any_text_is_denied(text: str) -> None:
    """Whatever stands where a link should be, or where its parts should be, is denied and no crash."""
    link, mac = TEXT.removeprefix("c2cds_").split(".")
    for sent in (text, f"c2cds_{text}", f"c2cds_{text}.{mac}", f"c2cds_{link}.{text}"):
        refused(sent)


def test_secrets_are_not_shown() -> None:
    """Neither a signer's key nor what is made of it stands in its repr."""
    for key in (KEY, hmac.digest(KEY, b"c2cd signed link 1", "sha256")):
        assert key.hex() not in repr(SIGNER)
        assert repr(key)[2:-1] not in repr(SIGNER)


def test_each_link_is_one_of_its_own() -> None:
    """Two links for the same are two: each has a nonce of 128 bits."""
    links = [make_link("acme", "b1", START, contact=CONTACT) for _ in range(100)]
    assert len({link.nonce for link in links}) == 100
    assert {len(link.nonce) for link in links} == {22}


def test_either_contact_or_pattern() -> None:
    """A link for nobody in particular is not made, nor one for a contact and a pattern."""
    for more in ({}, {"contact": CONTACT, "pattern": "1"}):
        with pytest.raises(InvalidDocument, match="either a contact or a pattern"):
            make_link("acme", "b1", START, **more)  # type: ignore[arg-type]  # the columns of the table


@pytest.mark.parametrize("pattern", ["(?=1)", "(", "\ud800"])
def test_patterns_that_re2_refuses(pattern: str) -> None:
    """A pattern that could match nothing later is refused before it is signed, by its place and rule."""
    with pytest.raises(InvalidDocument) as caught:
        make_link("acme", "b1", START, pattern=pattern)
    assert [(fault.path, fault.rule) for fault in caught.value.faults] == [("pattern", "pattern")]


@pytest.mark.parametrize("length", [0, 1025])
def test_patterns_have_a_length(length: int) -> None:
    """An empty pattern, which anybody matches, is refused, and one of which no link could be read again."""
    with pytest.raises(InvalidDocument, match="pattern: Pattern must be 1 to 1024 characters"):
        make_link("acme", "b1", START, pattern="1" * length)


def test_length_comes_first() -> None:
    """A text that is longer than any link is refused as it is: nobody has us digest what they like."""
    assert "not signed" in refused(SIGNER.sign(replace(LINK, pattern="1" * 10_000)))


def test_allows_the_signed_contact() -> None:
    """A link for a contact allows that one alone."""
    allows(LINK, CONTACT)
    for other in ("+15551234568", "+1555123456", "15551234567", "sip:+15551234567@x"):
        with pytest.raises(Denied, match="another contact") as caught:
            allows(LINK, Contact(other))
        assert (caught.value.rule, caught.value.contact) == ("signature", other)


def test_allows_what_matches_the_pattern() -> None:
    """A link for a pattern allows each contact that it is found in, as a whitelist does."""
    link = make_link("acme", "b1", START, pattern="^[+]1|567$")
    for good in ("+15550000000", "+442079460567"):
        allows(link, Contact(good))
    with pytest.raises(Denied, match="another contact"):
        allows(link, Contact("+442079460000"))


def test_allows_nobody_without_either() -> None:
    """A link that names neither a contact nor a pattern allows nobody."""
    with pytest.raises(Denied):
        allows(replace(LINK, contact=None), CONTACT)


def test_a_calls_token_is_of_that_call() -> None:
    """A call's token opens this call and no other, is the same after a restart, and another key's is none."""
    token = SIGNER.call_token("c2c-b-1")
    assert Signer(KEY).is_call_token(token, "c2c-b-1")
    assert not SIGNER.is_call_token(token, "c2c-b-2")
    assert not Signer(KEY[::-1]).is_call_token(token, "c2c-b-1")
    assert set(token) <= set(string.ascii_letters + string.digits + "_-")


@given(st.text(max_size=60))
def test_no_other_text_is_a_calls_token(text: str) -> None:
    """Whatever is not the token opens nothing, and raises nothing."""
    token = SIGNER.call_token("c2c-b-1")
    for other in (text, token + text if text else "", token[:-1], token.upper(), TEXT):
        assert not SIGNER.is_call_token(other, "c2c-b-1")
