"""Who follows streams for the benchmark counts what really came, and how each stream ended."""

from pathlib import Path

import pytest

from tests.bench.streaming import following, talking_calls
from tests.process import eventually
from tests.web.site import open_site


async def test_what_streams_say_is_counted(tmp_path: Path) -> None:
    """Each message of each stream counts, and each stream that the daemon ends does."""
    async with open_site(tmp_path) as site:
        account = ("/v2/accounts/acme/events", {"x-auth-token": site.tokens["acme"]})
        calls: list[tuple[str, dict[str, str]]] = [(path, {}) for path in await talking_calls(site.daemon, 2)]
        async with following(site.daemon, [account, account, *calls]) as followers:
            before = await followers.messages()
            button = await site.button()
            await site.call(button, "+15551486")  # requested, ringing, answered, ringing, ended

            async def told() -> bool:
                return await followers.messages() - before >= 10

            await eventually(told, 10)
            assert await site.daemon.stop() == 0
            assert (await followers.told())["ended"] == 4


async def test_a_stream_that_is_refused_is_no_figure(tmp_path: Path) -> None:
    """Where a stream is not opened the run ends."""
    async with open_site(tmp_path) as site:
        with pytest.raises(RuntimeError, match="could not be opened"):
            async with following(site.daemon, [("/v2/accounts/acme/events", {})]):
                pass
