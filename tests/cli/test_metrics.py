"""``/metrics``: on a listener of its own."""

import os
import re

import httpx

from c2cd.guard.doorkeeper import RULES
from tests.cli.host import Host
from tests.cli.test_serve import refuse_to_serve, rewrite
from tests.process import free_port
from tests.web.site import CONTACT


async def test_refused_clicks_are_counted_by_rule(host: Host) -> None:
    """Each refused click counts under its rule; each rule is there from the start; a dry run is nothing."""
    port = free_port()
    rewrite(host.daemon, "[http]\n", f'[http]\nmetrics_listen = "127.0.0.1:{port}"\n')
    await host.daemon.start()
    await host.make_token()

    async def counted() -> dict[str, float]:
        async with httpx.AsyncClient() as client:
            response = await client.get(f"http://127.0.0.1:{port}/metrics")
        assert response.headers["content-type"].startswith("text/plain")
        found = re.findall(
            r'^c2cd_clicks_denied_total\{rule="(\w+)"\} ([0-9.]+)$', response.text, re.MULTILINE
        )
        return {rule: float(count) for rule, count in found}

    assert await counted() == dict.fromkeys(RULES, 0.0)
    button_id = await host.daemon.create_button(whitelist=["^44"])
    for contact in (CONTACT, CONTACT, "nobody", "44"):
        await host.daemon.click(button_id, contact)
    await host.daemon.click(button_id, "nobody", dry_run=True)
    after = {rule: count for rule, count in (await counted()).items() if count}
    assert after == {"whitelist": 2.0, "number": 1.0}
    async with httpx.AsyncClient() as client:
        assert (await client.get(f"{host.daemon.url}/metrics")).status_code == 404
    assert await host.daemon.stop() == 0
    assert "clicks denied so far: number 1, whitelist 2" in host.daemon.messages


async def test_a_place_that_is_taken(host: Host) -> None:
    """A listener that can't be had stops the start with its key."""
    rewrite(host.daemon, "[http]\n", f'[http]\nmetrics_listen = "127.0.0.1:{host.ami_port}"\n')
    assert "http.metrics_listen: can't listen on 127.0.0.1:" in await refuse_to_serve(host.daemon)
    rewrite(host.daemon, f'"127.0.0.1:{host.ami_port}"', '"nowhere"')
    assert "http.metrics_listen: expected HOST:PORT" in await refuse_to_serve(host.daemon, os.EX_CONFIG)
