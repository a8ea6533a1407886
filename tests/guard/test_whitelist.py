"""Whitelists: a search with RE2."""

import time

import pytest

from c2cd.guard.whitelist import matches, pattern_faults


@pytest.mark.parametrize(
    ("pattern", "contact", "found"),
    [
        ("555", "+15551234567", True),  # a search: it need not be the whole
        ("^555", "+15551234567", False),
        (r"^\+1", "+15551234567", True),
        ("4567$", "+15551234567", True),
        (r"^\+1555[0-9]{7}$", "+15551234567", True),
        (r"^\+44", "+15551234567", False),
        (r"@example\.com$", "sip:bob@example.com", True),
        (r"@example\.com$", "sip:bob@example.com.evil.net", False),
        ("(?i)BOB", "sip:bob@example.com", True),
        ("^1$", "1\n", False),  # RE2's $ is the end, and not a place before a last newline
    ],
)
def test_search(pattern: str, contact: str, found: bool) -> None:  # noqa: FBT001 - a column of the table
    """A pattern is looked for anywhere in the contact, as Kazoo does."""
    assert matches([pattern], contact) is found


def test_one_of_many() -> None:
    """One pattern that is found is enough, and no patterns match nothing."""
    assert matches([r"^\+44", r"^\+1"], "+15551234567")
    assert not matches([], "+15551234567")


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("1(?=555)", "(?="),
        ("(?<!0)1", "(?<!"),
        (r"(1)\1", r"\1"),
        (".{5000}", "5000"),
        ("[", "missing ]"),
        ("(", "missing )"),
        ("*", "repetition"),
        (r"[\pL\pN]{1000}", "too large"),
    ],
)
def test_refused(pattern: str, reason: str) -> None:
    """A pattern that RE2 does not take is a fault with its place, its rule, itself and RE2's reason."""
    (fault,) = pattern_faults(["^1", pattern], "whitelist")
    assert (fault.path, fault.rule) == ("whitelist.1", "pattern")
    assert reason in fault.message
    assert fault.facts == {"value": pattern}


def test_half_a_character() -> None:
    """A pattern with half a surrogate pair, which JSON can hold and UTF-8 can't, is a fault and no crash."""
    (fault,) = pattern_faults(["\ud800"], "whitelist")
    assert (fault.path, fault.rule) == ("whitelist.0", "pattern")


def test_every_fault_is_told() -> None:
    """All patterns that are refused are told at once, each by its own place."""
    found = pattern_faults(["(", "1", "["], "accounts.acme.whitelist")
    assert [fault.path for fault in found] == ["accounts.acme.whitelist.0", "accounts.acme.whitelist.2"]


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$", "(.*)*=(.*)*;", "^(([a-z])+.)+[A-Z]([a-z])+$"])
def test_patterns_that_hang_others(pattern: str) -> None:
    """A pattern that takes a backtracking engine for ever is taken and answers at once."""
    assert pattern_faults([pattern], "whitelist") == []
    began = time.process_time()
    assert not matches([pattern], "a" * 5000 + "!")
    assert time.process_time() - began < 1.0


@pytest.mark.parametrize("costly", [r"\pL{20}", r"\pL{1000}", ".{1000}"])
def test_costly_whitelist(costly: str) -> None:
    """The longest whitelist of the costliest patterns is judged before anybody else's click is late."""
    began = time.process_time()
    pattern_faults([f"{costly}{number}" for number in range(1000)], "whitelist")
    assert time.process_time() - began < 1.0
