"""What becomes of live calls when the daemon ends, well or badly, while the switch goes on."""

import asyncio

import pytest

from tests.cli.host import Host
from tests.switch.turning import until
from tests.web.site import LONG_TALK


async def begin(host: Host, contact: str, state: str, **document: object) -> str:
    """Start the daemon, click, and wait until the call is so far; give the button's id."""
    await host.daemon.start()
    await host.make_token()
    button_id = await host.daemon.create_button(**document)
    response = await host.daemon.request("POST", f"/{button_id}/connect", {"contact": contact})
    assert response.status_code == 200
    await host.daemon.wait_until(button_id, state)
    return button_id


def hang_up(host: Host) -> None:
    """Have the one who was called second hang up: what the simulated switch waits for comes early."""
    (call,) = host.switch.calls.values()
    first, second = call.channels[:3], call.channels[3:]
    for channel in (*second, *first):
        call.emit(
            {
                "Event": "Hangup",
                "Channel": channel.name,
                "Uniqueid": channel.id,
                "Linkedid": channel.linked,
                "Cause": "16",
            }
        )


async def test_a_killed_daemon_takes_its_talking_call_up_again(host: Host) -> None:
    """After kill -9 in mid-call a restart finds the call on the switch, and follows it to its end."""
    button_id = await begin(host, f"+1555{LONG_TALK}", "bridged")
    before = (await host.daemon.history(button_id))[0]
    await host.daemon.kill()
    await host.daemon.start()
    (adopted,) = await host.daemon.history(button_id)
    assert (adopted["state"], adopted["bridged_at"]) == ("bridged", before["bridged_at"])
    hang_up(host)
    item = await host.daemon.wait_until(button_id, "ended")
    assert (item["result"], item["call_id"]) == ("success", before["call_id"])
    assert item["talk_seconds"] > 0
    assert "were open when c2cd last stopped" in host.daemon.messages
    assert len(host.switch.orders) == 1


async def test_a_killed_daemon_takes_a_ringing_call_up_again(host: Host) -> None:
    """After kill -9 while the second phone rings a restart follows the call to its failure and cause."""
    button_id = await begin(host, "+1555480", "answered", timeout=3)
    await host.daemon.kill()
    await host.daemon.start()
    item = await host.daemon.wait_until(button_id, "ended")
    assert (item["result"], item["bridged_at"]) == ("error", None)
    assert len(host.switch.orders) == 1


async def test_a_call_that_ended_unseen_is_settled(host: Host) -> None:
    """A talking call that ended while no daemon ran is a success, of which the length is not known."""
    button_id = await begin(host, f"+1555{LONG_TALK}", "bridged")
    await host.daemon.kill()
    (call_id,) = host.switch.calls
    _forget(host)
    await host.daemon.start()
    item = await host.daemon.wait_until(button_id, "ended")
    assert (item["call_id"], item["result"], item["talk_seconds"]) == (call_id, "success", None)


async def test_a_call_that_vanished_before_it_was_answered_is_unknown(host: Host) -> None:
    """Of a call that only rang when the daemon was killed, and is gone, nobody can say what became of it."""
    button_id = await begin(host, "+1555480", "answered", timeout=20)
    await host.daemon.kill()
    _forget(host)
    await host.daemon.start()
    item = await host.daemon.wait_until(button_id, "ended")
    assert item["result"] == "unknown"
    assert "cause" not in item


async def test_another_life_of_the_switch_ends_what_was_open(host: Host) -> None:
    """Where the switch was restarted too, none of the old calls can live: they end when that is seen."""
    button_id = await begin(host, "+1555480", "answered", timeout=20)
    await host.daemon.kill()
    host.switch._born = "00:00:01" if host.switch._born != "00:00:01" else "00:00:02"
    await host.daemon.start()
    item = await host.daemon.wait_until(button_id, "ended")
    assert item["result"] == "unknown"


async def test_a_stopped_daemon_leaves_its_calls_up(host: Host) -> None:
    """TERM in mid-call leaves the call on the switch and its row open; a restart finishes it."""
    button_id = await begin(host, f"+1555{LONG_TALK}", "bridged")
    assert await host.daemon.stop() == 0
    assert len(host.switch.calls) == 1
    await host.daemon.start()
    (item,) = await host.daemon.history(button_id)
    assert item["state"] == "bridged"
    hang_up(host)
    item = await host.daemon.wait_until(button_id, "ended")
    assert item["result"] == "success"


async def test_who_was_sent_away_finds_the_end_in_the_history(host: Host) -> None:
    """A waiting click that TERM sent away has a row, which the next run brings to its end."""
    await host.daemon.start()
    await host.make_token()
    button_id = await host.daemon.create_button(timeout=3)
    clicking = asyncio.create_task(host.daemon.click(button_id, "+1555480"))
    await host.daemon.wait_until(button_id, "answered")
    assert await host.daemon.stop() == 0
    response = await clicking
    assert (response.status_code, response.json()["message"]) == (503, "stopping")
    await host.daemon.start()
    item = await host.daemon.wait_until(button_id, "ended")
    assert item["call_id"] == response.json()["data"]["call_id"]
    assert item["result"] == "error"


@pytest.mark.parametrize("times", [3])
async def test_many_restarts_dial_nobody(host: Host, times: int) -> None:
    """However often the daemon is killed and started, the switch has the one order of the one click."""
    button_id = await begin(host, f"+1555{LONG_TALK}", "bridged")
    for _ in range(times):
        await host.daemon.kill()
        await host.daemon.start()
    assert len(host.switch.orders) == 1
    (item,) = await host.daemon.history(button_id)
    assert item["state"] == "bridged"
    await until(lambda: len(host.switch.calls) == 1)


def _forget(host: Host) -> None:
    """Have the switch end its calls with no daemon there to hear of it."""
    for playing in host.switch._playing:
        playing.cancel()
    host.switch.calls.clear()
