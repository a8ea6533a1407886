"""`c2cd check` against a real switch."""

from pathlib import Path

import pytest

from tests.lab.asterisk import Asterisk
from tests.process import Daemon, run_command
from tests.real.conftest import daemon_for

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_shipped_user_has_all_that_is_needed(asterisk: Asterisk, folder: Path) -> None:
    """With the AMI user that is shipped every line is good, and the exit code is 0."""
    daemon = daemon_for(asterisk, folder)
    code, out, err = await run_command("check", "--config", str(daemon.config))
    assert (code, err) == (0, "")
    assert [line.split()[0] for line in out.splitlines()] == ["ok"] * 4
    assert "read call,system; write originate,reporting" in out


async def test_a_wrong_secret_is_told(asterisk: Asterisk, folder: Path) -> None:
    """A secret that the switch does not take is said so, with the switch's words, and the exit code is 1."""
    daemon = Daemon(folder, asterisk.ami_port, asterisk.username, "not-the-secret")
    code, out, err = await run_command("check", "--config", str(daemon.config))
    assert (code, err) == (1, "")
    assert "FAIL ami:" in out
    assert "refuses the AMI user 'c2cd': Authentication failed" in out
    assert "not-the-secret" not in out
