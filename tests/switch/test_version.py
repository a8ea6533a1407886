"""What Asterisk calls itself, and what is known of that version."""

from datetime import UTC, datetime

import pytest

from c2cd.switch.version import Version, read_version

SPRING_2024 = datetime(2024, 4, 1, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("words", "version"),
    [
        ("22.10.1", (22, 10, 1, 0)),
        ("22.10.1+dfsg+~cs6.17.60671434-1", (22, 10, 1, 0)),
        ("16.28.0~dfsg-0+deb11u4", (16, 28, 0, 0)),
        ("20.9.2-rc1", (20, 9, 2, 0)),
        ("1.8.32.3", (1, 8, 32, 0)),
        ("21.4", (21, 4, 0, 0)),
        ("18.9-cert11", (18, 9, 0, 11)),
        ("certified/18.9-cert11", (18, 9, 0, 11)),
        ("certified-20.7-cert2", (20, 7, 0, 2)),
        ("certified/13.21-cert6-rc1", (13, 21, 0, 6)),
    ],
)
def test_what_asterisk_calls_itself(words: str, version: tuple[int, ...]) -> None:
    """Versions of the project, of Debian and of certified branches are read."""
    assert read_version(words) == version


@pytest.mark.parametrize(
    "words",
    ["", "GIT-20-8d7a6b1", "SVN-branch-13-r4", "UNKNOWN__and_probably_unsupported", "22", "9" * 5000 + ".1"],
)
def test_what_is_no_version(words: str) -> None:
    """What tells no version is said to be none."""
    assert read_version(words) is None


def has_the_hole(words: str) -> bool:
    """Tell whether a version is said to run programs for who may originate."""
    version = read_version(words)
    assert version is not None
    return any("CVE-2024-42365" in trouble for trouble in version.troubles(SPRING_2024))


@pytest.mark.parametrize(
    ("last", "mended"),
    [
        ("18.24.1", "18.24.2"),
        ("18.23.9", "18.25.0"),
        ("20.9.1", "20.9.2"),
        ("21.4.1", "21.4.2"),
        ("certified/18.9-cert10", "certified/18.9-cert11"),
        ("certified/20.7-cert1", "certified/20.7-cert2"),
        ("16.30.1", "22.0.0"),
        ("19.8.1", "23.0.0"),
        ("certified/16.8-cert14", "certified/22.8-cert1"),
    ],
)
def test_the_hole_of_originate(last: str, mended: str) -> None:
    """CVE-2024-42365 ends in each branch with the release that mended it, and in older branches never."""
    assert has_the_hole(last)
    assert not has_the_hole(mended)


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("18.25.0", "18.26.0"),
        ("20.10.1", "20.11.0"),
        ("21.5.0", "21.6.0"),
        ("22.0.0", "22.1.0"),
        ("19.8.1", "23.0.0"),
        ("certified/20.7-cert5", "certified/22.8-cert1"),
    ],
)
def test_the_form_of_event_filters(older: str, newer: str) -> None:
    """The filters by name and header are known from a release of each branch on."""
    assert [read_version(words).knows_new_filters for words in (older, newer)] == [False, True]  # type: ignore[union-attr]  # they are read


def test_a_branch_ends_after_its_last_day() -> None:
    """On the last day of its security fixes nothing is said of a branch; on the next it is, with that day."""
    last = datetime(2025, 10, 20, 23, 59, 59, tzinfo=UTC).timestamp()
    version = Version(18, 26, 4)
    assert version.troubles(last) == []
    (trouble,) = version.troubles(last + 1)
    assert "since 2025-10-20" in trouble
    assert "unless your distribution" in trouble


def test_a_certified_branch_has_other_days() -> None:
    """Of the end of a certified branch nothing is claimed."""
    assert Version(18, 9, 0, 11).troubles(2e9) == []


def test_an_asterisk_that_is_too_old() -> None:
    """Of an Asterisk before 16 it is said that c2cd is not made for it."""
    assert "Asterisk 16 and later" in Version(13, 38, 3).troubles(SPRING_2024)[-1]
