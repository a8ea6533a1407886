"""Public clients of Kazoo work unmodified, from the API key on."""

import asyncio
import json
import sys

import pytest

from tests.process import PATIENCE, run_command
from tests.web.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="package")


@pytest.mark.parametrize("client", ["pykazoo_client", "kazoo_sdk"])
async def test_a_public_client(site: Site, client: str) -> None:
    """A client signs in with an API key, and creates, lists, changes, clicks, reads and deletes a button."""
    config = str(site.daemon.config)
    code, key, err = await run_command("apikey", "create", "--config", config, "--account", "acme")
    assert code == 0, err
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", f"tests.contract.clients.{client}"),
        *(f"{site.daemon.url}/v2", key.strip(), "acme"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, errors = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert process.returncode == 0, errors.decode()

    made, listed, replaced, patched, connected, history, deleted = json.loads(out)
    assert (made["name"], made["extension"]) == ("Sales", "1001")
    assert made["id"] in [row["id"] for row in listed]
    assert (replaced["name"], replaced["extension"]) == ("Support", "1002")
    assert patched["timeout"] == 9
    assert connected["outbound_call_id"].startswith(f"c2c-{made['id']}-")
    assert [(item["call_id"], item["contact"]) for item in history] == [
        (connected["outbound_call_id"], "+15551234")
    ]
    assert deleted["_read_only"] == {"deleted": True}
