"""Filters of lists: which rows pass, with no daemon in between."""

import pytest

from c2cd.errors import InvalidDocument
from c2cd.web.filters import MOST, read_filters

DOCUMENT = {
    "name": "Sales",
    "throttle": 10,
    "auth_required": True,
    "legs": {"contact": {"hangup_cause": 17, "answered_at": None, "street": "STRASSE"}},
    "whitelist": ["^1"],
}


@pytest.mark.parametrize(
    ("query", "passes"),
    [
        ({}, True),
        ({"page_size": "5", "blocking": ""}, True),
        ({"filter_name": "Sales"}, True),
        ({"filter_name": "sales"}, False),
        ({"filter_throttle": "10"}, True),
        ({"filter_auth_required": "true"}, True),
        ({"filter_legs.contact.hangup_cause": "17"}, True),
        ({"filter_legs.extension.hangup_cause": "17"}, False),
        ({"filter_name.first": "Sales"}, False),
        ({"filter_name": '["Sales", "Support"]'}, True),
        ({"filter_name": '["Support"]'}, False),
        ({"filter_name": "["}, False),
        ({"filter_nothing": ""}, True),
        ({"filter_not_name": "Sales"}, False),
        ({"filter_not_name": "Support"}, True),
        ({"filter_not_legs.contact.hangup_cause": "17"}, False),
        ({"filter_not_nothing": "x"}, True),
        ({"filter_not_filter_name": "Sales"}, True),
        ({"has_key": "whitelist"}, True),
        ({"has_key": "legs.contact"}, True),
        ({"has_key": "legs.contact.answered_at"}, False),
        ({"has_key": "legs.nobody.at"}, False),
        ({"key_missing": "nothing"}, True),
        ({"key_missing": "name"}, False),
        ({"filter_name": "Sales", "has_key": "nothing"}, False),
        ({"search": "sALE"}, True),
        ({"search": "straße"}, True),
        ({"search": "^1"}, True),
        ({"search": ""}, True),
        ({"search": "name"}, False),
        ({"search": "10"}, False),
        ({"search": "Sales", "filter_throttle": "11"}, False),
    ],
)
def test_filters(query: dict[str, str], *, passes: bool) -> None:
    """A row passes when every filter of the query does; what is no filter keeps nothing back."""
    assert read_filters(query)(DOCUMENT) is passes


def test_there_are_not_many_filters() -> None:
    """Nobody has everything looked through by more filters than these, at the cost of who else waits."""
    query = {f"filter_not_{number}": "x" for number in range(MOST)}
    assert read_filters(query)(DOCUMENT)
    with pytest.raises(InvalidDocument):
        read_filters({**query, "search": "Sales"})
