"""A button's own variables and headers, where its schema has no words for what is wrong."""

import pytest
from msgspec import UNSET

from c2cd.guard.custom import header_faults, variable_faults
from c2cd.model.button import ClickToCall, Headers, HeaderValue
from c2cd.model.variables import LONGEST_ENCODED


def with_variables(variables: dict[str, str]) -> ClickToCall:
    """Make a button with these variables."""
    return ClickToCall(name="n", extension="1", custom_application_vars=variables)


def with_headers(headers: dict[str, HeaderValue | Headers]) -> ClickToCall:
    """Make a button with these headers."""
    return ClickToCall(name="n", extension="1", custom_sip_headers=headers)


def test_variables_that_stay_apart() -> None:
    """Variables with names of their own and values that fit a line of AMI are no fault."""
    assert variable_faults(with_variables({"order-id": "1", "order": "x" * LONGEST_ENCODED})) == []


def test_one_variable_in_a_dialplan() -> None:
    """Two names that a dialplan can't tell apart are a fault of the later one, which names the first."""
    (fault,) = variable_faults(with_variables({"order-id": "1", "order_id": "2"}))
    assert (fault.path, fault.rule) == ("custom_application_vars.order_id", "uniqueItems")
    assert fault.message.endswith("order-id")


@pytest.mark.parametrize("value", ["x" * (LONGEST_ENCODED + 1), "\N{EURO SIGN}" * (LONGEST_ENCODED // 9 + 1)])
def test_a_value_is_measured_as_it_is_sent(value: str) -> None:
    """A value is too long by the signs that percent-encoding makes of it."""
    (fault,) = variable_faults(with_variables({"note": value}))
    assert (fault.path, fault.rule) == ("custom_application_vars.note", "maxLength")
    assert fault.facts == {"target": LONGEST_ENCODED}


def test_headers_as_they_may_be() -> None:
    """Texts, numbers and booleans are headers, and ``in`` and ``out`` hold some; none at all is no fault."""
    assert (
        header_faults(with_headers({"X-A": "1", "X-B": 2, "X-C": True, "in": {}, "out": {"X-D": "3"}})) == []
    )
    button = ClickToCall(name="n", extension="1")
    assert button.custom_sip_headers is UNSET
    assert header_faults(button) == []


@pytest.mark.parametrize(
    ("headers", "path", "wanted"),
    [
        ({"X-A": {"X-B": "1"}}, "custom_sip_headers.X-A", ["string", "boolean", "integer"]),
        ({"out": "1"}, "custom_sip_headers.out", ["object"]),
        ({"in": True}, "custom_sip_headers.in", ["object"]),
    ],
)
def test_objects_are_directions(
    headers: dict[str, HeaderValue | Headers], path: str, wanted: list[str]
) -> None:
    """An object that is no direction, or a direction that is no object, is a fault with what was expected."""
    (fault,) = header_faults(with_headers(headers))
    assert (fault.path, fault.rule, fault.facts) == (path, "type", {"target": wanted})
