"""A snapshot that is asked for while the link is up."""

import logging

import pytest

from c2cd.model.switching import Snapshot
from tests.switch.scripted import drop, refuse
from tests.switch.stage import CALL, Stage, waiting


async def test_it_comes_among_the_events(stage: Stage) -> None:
    """Who asks has the calls' first channels listed anew, of the same session and the same life."""
    async with stage.up() as link:
        (first,) = waiting(link)
        channels = (CALL, CALL), (f"{CALL}-2", CALL), ("1.4", CALL), ("1.5", "1.5")
        stage.server.channels = [{"Uniqueid": channel, "Linkedid": linked} for channel, linked in channels]
        await link.ask_snapshot()
        (second,) = waiting(link)
    assert isinstance(first, Snapshot)
    assert isinstance(second, Snapshot)
    assert (second.life, second.session) == (first.life, first.session)
    assert [channel.id for channel in second.channels] == [CALL]


@pytest.mark.parametrize(
    ("answer", "words"), [(refuse("Permission denied"), "Permission denied"), (drop, "was closed")]
)
async def test_none_comes(stage: Stage, caplog: pytest.LogCaptureFixture, answer: object, words: str) -> None:
    """A switch that lists nothing is logged with why, and raises nothing; nothing comes among the events."""
    async with stage.up() as link:
        waiting(link)
        stage.server.answers["coreshowchannels"] = answer  # type: ignore[assignment]
        with caplog.at_level(logging.WARNING):
            await link.ask_snapshot()
        assert waiting(link) == []
    assert words in caplog.messages[0]
    assert caplog.messages[0].startswith("the switch did not list its channels: ")
