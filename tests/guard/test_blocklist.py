"""The blocklist: a number as a whole, a pattern anywhere."""

import time

import pytest

from c2cd.errors import Denied
from c2cd.guard.blocklist import RULE, refuse_blocked
from c2cd.guard.number import read_contact
from c2cd.model.block import Block, BlockKind


def a_block(text: str, kind: BlockKind = "number") -> Block:
    """Give a block in force."""
    return Block(
        id="b10c",
        account_id="acme",
        kind=kind,
        text=text,
        note="a secret of ours",
        added_by="me",
        added_at=1.0,
    )


def is_refused(block: Block, contact: str, region: str | None = None) -> bool:
    """Tell whether a block keeps a contact, as somebody wrote it, from being called."""
    try:
        refuse_blocked([block], read_contact(contact, region))
    except Denied as denied:
        return denied.rule == RULE
    return False


@pytest.mark.parametrize(
    ("blocked", "contact", "refused"),
    [
        ("+15551234567", "+15551234567", True),
        ("+15551234567", "+1 (555) 123-4567", True),
        ("+15551234567", "+155512345678", False),  # a number is the whole number
        ("+15551234567", "15551234567", False),  # nobody knows, without a region
        ("sip:bob@example.com", "sip:bob@example.com", True),
        ("sip:bob@example.com", "sip:BOB@Example.COM", True),
        ("sip:bob@example.com", "sip:bobby@example.com", False),
        ("1.55", "1555", False),  # and is no pattern
    ],
)
def test_number(blocked: str, contact: str, refused: bool) -> None:  # noqa: FBT001 - a column of the table
    """A number's block hits the whole contact, and nothing that is only like it."""
    assert is_refused(a_block(blocked), contact) is refused


@pytest.mark.parametrize("written", ["+15552345678", "15552345678", "(555) 234-5678", "011 1 555 234 5678"])
def test_a_region_makes_one_number_of_all_ways_to_write_it(written: str) -> None:
    """With a region a block holds however the number is written, at its adding and at the click."""
    for blocked in ("+1 555 234 5678", "555.234.5678"):
        assert is_refused(a_block(read_contact(blocked, "US").text), written, "US")


@pytest.mark.parametrize(
    ("pattern", "contact", "refused"),
    [
        (r"^\+1900", "+19005551234", True),
        (r"^\+1900", "+15551900", False),
        ("1900", "+15551900", True),  # a search: it need not be the whole
        ("@evil", "sip:bob@EVIL.example", True),
        ("BOB@", "sip:BOB@example.com", True),
        ("BOB@", "sip:bob@example.com", False),
        ("(?i)BOB@", "sip:bob@example.com", True),
    ],
)
def test_pattern(pattern: str, contact: str, refused: bool) -> None:  # noqa: FBT001 - a column of the table
    """A pattern is looked for in the contact as it is written, and in small letters."""
    assert is_refused(a_block(pattern, "pattern"), contact) is refused


def test_any_of_them() -> None:
    """One block of many that hits is enough, whatever its kind; with none everybody may be called."""
    contact = read_contact("+15551234567", None)
    refuse_blocked([], contact)
    for hit in (a_block("+15551234567"), a_block("^[+]1", "pattern")):
        with pytest.raises(Denied):
            refuse_blocked([a_block("^[+]4930", "pattern"), hit, a_block("7$")], contact)


def test_what_is_said() -> None:
    """The refusal names the block, so that who keeps the list finds it, and neither note nor contact."""
    with pytest.raises(Denied) as caught:
        refuse_blocked([a_block("+15551234567")], read_contact("+15551234567", None))
    assert (caught.value.rule, caught.value.contact) == ("blocklist", "+15551234567")
    assert str(caught.value) == "The contact is on the blocklist (block b10c)"
    assert caught.value.retry_after is None


def test_many_patterns_take_no_time() -> None:
    """Patterns that take a backtracking engine for ever delay nobody."""
    began = time.process_time()
    contact = read_contact("sip:" + "a" * 60 + "@example.com", None)
    refuse_blocked([a_block(f"(a+)+{number}$", "pattern") for number in range(100)], contact)
    assert time.process_time() - began < 1.0
