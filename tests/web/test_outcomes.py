"""What becomes of a click: each ending of a phone, as the blocking answer and the history tell it."""

import itertools
from datetime import datetime
from typing import Any

import pytest

from tests.web.site import CONTACT, Site

pytestmark = pytest.mark.asyncio(loop_scope="package")

GREGORIAN = 62_167_219_200
ENDINGS = {
    "486": ("USER_BUSY", 17),
    "603": ("CALL_REJECTED", 21),
    "404": ("UNALLOCATED_NUMBER", 1),
    "480": ("NO_ANSWER", None),
    "000": ("NORMAL_TEMPORARY_FAILURE", None),
}


def moments(*texts: str | None) -> list[datetime]:
    """Read the times of a history item, of which none may be missing."""
    return [datetime.fromisoformat(text) for text in texts if text is not None]


async def test_who_talks_is_a_success(site: Site) -> None:
    """A blocking click is answered with its history item once the two talk, while they still do."""
    button_id = await site.button()
    item = await site.call(button_id)
    assert item.keys() == {
        *("id", "timestamp", "contact", "call_id", "result"),
        *("state", "extension", "dial_first", "legs", "bridged_at", "ended_at", "talk_seconds"),
        *("ended_by", "clicked_by", "call_token", "can_hang_up"),
    }
    assert (item["result"], item["contact"], item["extension"]) == ("success", CONTACT, "1001")
    assert (item["state"], item["ended_at"], item["talk_seconds"]) == ("bridged", None, None)
    assert item["call_id"].endswith(item["id"])


async def test_the_history_tells_the_whole_call(site: Site) -> None:
    """After the end the item has every time in its order, each leg's cause, and how long they talked."""
    button_id = await site.button()
    answered = await site.call(button_id)
    item = await site.daemon.wait_until(button_id, "ended")
    first, second = item["legs"]["extension"], item["legs"]["contact"]
    times = moments(
        first["ringing_at"],
        first["answered_at"],
        second["ringing_at"],
        second["answered_at"],
        item["bridged_at"],
        second["ended_at"],
        first["ended_at"],
    )
    assert len(times) == 7
    assert all(before <= after for before, after in itertools.pairwise(times))
    assert item["ended_at"] == first["ended_at"]
    assert item["talk_seconds"] == pytest.approx((times[-1] - times[4]).total_seconds(), abs=0.002)
    assert item["talk_seconds"] >= 0.04
    assert (first["hangup_cause"], second["hangup_cause"]) == (16, 16)
    assert abs(item["timestamp"] - GREGORIAN - times[0].timestamp()) < 2
    assert "cause" not in item
    assert item["result"] == "success"
    assert {key: item[key] for key in ("id", "timestamp", "contact", "call_id", "bridged_at")} == {
        key: answered[key] for key in ("id", "timestamp", "contact", "call_id", "bridged_at")
    }


@pytest.mark.parametrize("dial_first", ["extension", "contact"])
@pytest.mark.parametrize("ending", ENDINGS)
async def test_a_contacts_phone_that_fails_gives_its_cause(site: Site, ending: str, dial_first: str) -> None:
    """However the contact's phone ends, the answer is 200, an error with Kazoo's cause, and ended."""
    button_id = await site.button(timeout=1, dial_first=dial_first)
    item = await site.call(button_id, f"+1555{ending}")
    check_failure(item, ENDINGS[ending][0])
    assert item["legs"]["contact"]["answered_at"] is None
    assert (item["legs"]["extension"]["answered_at"] is not None) == (dial_first == "extension")
    if ENDINGS[ending][1] is not None:
        assert item["legs"]["contact"]["hangup_cause"] == ENDINGS[ending][1]


@pytest.mark.parametrize("dial_first", ["extension", "contact"])
@pytest.mark.parametrize("ending", ENDINGS)
async def test_an_extensions_phone_that_fails_gives_its_cause(
    site: Site, ending: str, dial_first: str
) -> None:
    """However the extension's phone ends, the answer is 200, an error with Kazoo's cause, and ended."""
    button_id = await site.button(timeout=1, dial_first=dial_first, extension=f"1{ending}")
    item = await site.call(button_id)
    check_failure(item, ENDINGS[ending][0])
    assert item["legs"]["extension"]["answered_at"] is None
    assert (item["legs"]["contact"]["answered_at"] is not None) == (dial_first == "contact")
    if dial_first == "extension":
        assert item["legs"]["contact"] == dict.fromkeys(item["legs"]["contact"])


def check_failure(item: dict[str, Any], cause: str) -> None:
    """Hold a failed call's item to what all of them have."""
    assert (item["result"], item["cause"], item["state"]) == ("error", cause, "ended")
    assert (item["bridged_at"], item["talk_seconds"]) == (None, 0.0)
    assert item["ended_at"] is not None


async def test_a_sip_uri_that_is_busy_gives_its_cause(site: Site) -> None:
    """A phone behind a SIP URI, without Local channels between, gives its cause as well."""
    for dial_first in ("extension", "contact"):
        item = await site.call(await site.button(dial_first=dial_first), "sip:bob486@pbx.example")
        check_failure(item, "USER_BUSY")


async def test_every_step_is_a_line_of_the_event_log(site: Site) -> None:
    """A call that is talked on leaves seven lines in their order, each with its account, button and call."""
    button_id = await site.button()
    item = await site.call(button_id)
    lines = await site.lines("call.ended", call_id=item["call_id"])
    assert [(line["event"], line.get("leg")) for line in lines] == [
        ("call.requested", None),
        ("call.ringing", "extension"),
        ("call.answered", "extension"),
        ("call.ringing", "contact"),
        ("call.answered", "contact"),
        ("call.bridged", None),
        ("call.ended", None),
    ]
    assert {(line["account_id"], line["clicktocall_id"]) for line in lines} == {("acme", button_id)}
    assert lines[0]["contact"] == CONTACT
    assert (lines[-1]["result"], lines[-1]["talk_seconds"] > 0) == ("success", True)
    times = moments(*(line["time"] for line in lines))
    assert times == sorted(times)


async def test_a_failure_is_told_in_the_event_log(site: Site) -> None:
    """The last line of a call that failed has its result and cause."""
    item = await site.call(await site.button(), "+1555486")
    *_, last = await site.lines("call.ended", call_id=item["call_id"])
    assert (last["event"], last["result"], last["cause"]) == ("call.ended", "error", "USER_BUSY")
