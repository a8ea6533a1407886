"""Plays with a daemon by its OpenAPI document: made-up requests, whose answers the document must have."""

import asyncio
import sys
from pathlib import Path

from c2cd.web import paths as at

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
)
# The seed makes a run the same each time.
BOUNDS = ("--max-examples", "25", "--seed", "1", "--phases", "examples,coverage,fuzzing")


async def hold_to_document(
    url: str,
    token: str,
    folder: Path,
    *,
    account_id: str,
    button_id: str,
    doomed_id: str,
    call_id: str,
    call_token: str,
) -> str:
    """Run it on a button and a call of this account, and on one that may be removed; give what it said.

    Streams are left out: they have no end.

    An answer that the document does not have, or a failure of the daemon, fails the test.
    """
    settings = folder / "schemathesis.toml"
    settings.write_text(
        f"""
[parameters]
"path.account_id" = "{account_id}"
"path.button_id" = "{button_id}"
"path.call_id" = "{call_id}"
"query.call_token" = "{call_token}"
[[operations]]
include-method = "DELETE"
include-path = "{at.BUTTON}"
parameters = {{ "path.button_id" = "{doomed_id}" }}
"""
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(settings), "run"),
        *(f"{url}/v2/openapi.json", "--header", f"X-Auth-Token: {token}"),
        *("--checks", ",".join(CHECKS), *BOUNDS, "--suppress-health-check", "all", "--no-color"),
        *("--exclude-path-regex", "/events$"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd=folder,
    )
    said, _ = await asyncio.wait_for(process.communicate(), 300)
    assert process.returncode == 0, said.decode()
    return said.decode()
