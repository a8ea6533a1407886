"""Whitelists: a search with RE2."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from c2cd.guard.whitelist import LARGEST, _Compiled, is_light, matches, pattern_faults


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


COSTLY = ["(1*){390}x", "((1?){16}){16}x", "(1?){240}1{230}x", "(.*){290}x", "(.?){230}$", r"(\b1*){283}x"]


@pytest.mark.parametrize("pattern", COSTLY)
def test_what_is_taken_is_quick(pattern: str) -> None:
    """The costliest patterns that are taken hold up all threads, as RE2 does, for 5 ms at most."""
    assert pattern_faults([pattern], "whitelist") == []
    times = []
    for number in range(5):
        began = time.thread_time()
        matches([f"{pattern}{number}"], "1" * 32)
        matches([f"{pattern}{number}"], "sip:" + "1" * 64 + "@" + "1.1" * 30)
        times.append(time.thread_time() - began)
    assert min(times) < 0.005


@pytest.mark.parametrize("pattern", ["(1?){500}1{400}", "((1?){30}){30}", "(.?){1000}", "(1*){390}x" * 2])
def test_too_large(pattern: str) -> None:
    """A pattern that would take longer is a fault that says how large it may be."""
    (fault,) = pattern_faults(["^1", pattern], "whitelist")
    assert (fault.path, fault.rule, fault.facts) == ("whitelist.1", "pattern", {"value": pattern})
    assert f"{LARGEST} are allowed" in fault.message


def test_plain_text_is_never_too_large() -> None:
    """A list of numbers as long as a pattern may be is taken."""
    numbers = "|".join(str(7**13 + 10**9 * number)[:10] for number in range(1, 94))
    assert len(numbers) > 1000
    assert pattern_faults([numbers, "1" * 1024], "whitelist") == []


def test_light() -> None:
    """A whitelist is light once its patterns are compiled, if they are small in sum."""
    patterns = [rf"^\+4930{number}[0-9]{{4,9}}$" for number in range(20)]
    assert not is_light(patterns)
    assert not matches(patterns[:19], "+12015550123")
    assert not is_light(patterns)
    assert not matches(patterns, "+12015550123")
    assert is_light(patterns)
    assert is_light([])
    assert pattern_faults(COSTLY, "whitelist") == []
    assert not is_light(COSTLY)


def test_light_whitelists_are_quick() -> None:
    """What is called light is searched in 5 ms."""
    times = []
    for number in range(5):
        patterns = [f"(1*){{380}}x{number}", f"(1?){{120}}1{{110}}x{number}"]
        assert pattern_faults(patterns, "whitelist") == []
        assert is_light(patterns)
        began = time.thread_time()
        assert not matches(patterns, "1" * 32)
        times.append(time.thread_time() - began)
    assert min(times) < 0.005


def test_the_last_used_are_kept() -> None:
    """Of more patterns than are kept, the one that was longest not used is forgotten."""
    compiled = _Compiled(2)
    for pattern in ("1", "2", "1", "3"):
        compiled.get(pattern)
    assert [pattern for pattern in "123" if compiled.find(pattern)] == ["1", "3"]


def test_threads_share_patterns() -> None:
    """Threads that search more patterns than are kept disturb each other in nothing."""
    compiled = _Compiled(3)

    def search(thread: int) -> bool:
        numbers = [str((thread + step) % 7) for step in range(2000)]
        return all(compiled.get(f"^{number}$").search(number.encode()) for number in numbers)

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(search, range(8)))
