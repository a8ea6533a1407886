"""The order for the switch, header by header."""

from msgspec.structs import replace

from c2cd.switch.orders import originate_headers
from tests.switch.stage import CALL, ORDER


def test_the_order_is_exactly_this() -> None:
    """Two legs, two identities, one id: the headers that were seen to work on 16 and 22, and no others."""
    assert originate_headers(ORDER) == {
        "Action": "Originate",
        "ActionID": CALL,
        "Channel": "Local/1001@from-internal/n",
        "ChannelId": CALL,
        "OtherChannelId": f"{CALL}-2",
        "CallerID": '"Sales" <+15551234>',
        "Application": "Dial",
        "Data": 'Local/+15551234@from-internal/n,30,if("Acme Support" <15550000>)',
        "Timeout": "30000",
        "Async": "true",
    }


def test_a_phone_without_a_name_is_shown_a_number() -> None:
    """Where there is no name the caller ID has no quotes either."""
    headers = originate_headers(replace(ORDER, first_shows_name="", second_shows_name=""))
    assert headers["CallerID"] == "<+15551234>"
    assert headers["Data"] == "Local/+15551234@from-internal/n,30,if(<15550000>)"


def test_variables_are_a_header_each() -> None:
    """Each variable has a line of its own, since Asterisk would split one line at its commas."""
    headers = originate_headers(replace(ORDER, variables=(("__A", "1"), ("PJSIP_HEADER(add,X-B)", "2 3"))))
    assert headers["Variable"] == ["__A=1", "PJSIP_HEADER(add,X-B)=2 3"]


def test_early_media_is_a_header() -> None:
    """An order that takes early media says so to Originate, and no other does."""
    assert originate_headers(replace(ORDER, early_media=True))["EarlyMedia"] == "true"
    assert "EarlyMedia" not in originate_headers(ORDER)


def test_ringback_is_an_option_of_dial() -> None:
    """With ringback Dial has r beside its other options, whose order it does not mind."""
    data = originate_headers(replace(ORDER, ringback=True))["Data"]
    assert data == 'Local/+15551234@from-internal/n,30,irf("Acme Support" <15550000>)'


def test_the_timeout_holds_for_both_legs() -> None:
    """Seconds for Dial are milliseconds for Originate."""
    headers = originate_headers(replace(ORDER, timeout=7))
    assert (headers["Timeout"], str(headers["Data"]).split(",")[1]) == ("7000", "7")
