"""`c2cd check` against a real switch."""

import re
from pathlib import Path

import pytest

from tests.lab.asterisk import Asterisk
from tests.lab.fixtures import MAY_ALL, NEW_FORM
from tests.process import Daemon, run_command
from tests.real.conftest import daemon_for

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def check(daemon: Daemon) -> tuple[int, list[str]]:
    """Run the command; give its code and its lines. Nothing is said on stderr."""
    code, out, err = await run_command("check", "--config", str(daemon.config))
    assert err == ""
    return code, out.splitlines()


async def test_the_shipped_user_has_all_that_is_needed(asterisk: Asterisk, folder: Path) -> None:
    """With the AMI user that is shipped nothing is wrong but the age of Asterisk 16, and the code is 0."""
    code, lines = await check(daemon_for(asterisk, folder))
    assert code == 0
    version = await asterisk.version()
    about_version = [line for line in lines if re.match(rf"(ok  |warn) asterisk: {version}", line)]
    others = [line for line in lines if line not in about_version]
    if asterisk.suite == "bullseye":
        hole, end = about_version
        assert "CVE-2024-42365" in hole
        assert "Asterisk 16 has had no security fixes since" in end
    else:
        assert [line[:4] for line in about_version] == ["ok  "]
    assert {line[:4] for line in others} == {"ok  "}
    assert "ok   ami rights: read call,system; write originate,reporting; without write = call" in "\n".join(
        others
    )
    assert "ok   ami events: only those of c2cd's own calls come" in others
    assert "ok   clock: as the switch's" in others


async def test_rights_that_are_too_wide_are_told(asterisk: Asterisk, folder: Path) -> None:
    """A user with read = all and write = all gets a warning for each right too many, and for events."""
    user = Daemon(folder, asterisk.ami_port, MAY_ALL, asterisk.managers[MAY_ALL].secret)
    code, lines = await check(user)
    assert code == 0
    told = "\n".join(lines)
    assert "ok   ami rights: read call,system; write originate,reporting,call" in lines
    wide = set(re.findall(r"^warn ami rights: with the right '(\w+)'", told, re.MULTILINE))
    assert wide == {"aoc", "command", "config", "message", "system", "user"}
    older = "-older" if asterisk.suite == "bullseye" else ""
    assert re.search(
        rf"^warn ami events: those of everybody's calls come: .* c2cd{older}\.conf$", told, re.MULTILINE
    )


async def test_filters_of_another_version_are_told(asterisk: Asterisk, folder: Path) -> None:
    """Filters in the new form are silently nothing to Asterisk 16, which is told; to 22 they are enough."""
    code, lines = await check(Daemon(folder, asterisk.ami_port, NEW_FORM, asterisk.managers[NEW_FORM].secret))
    assert code == 0
    (line,) = (line for line in lines if " ami events: " in line)
    if asterisk.suite == "bullseye":
        assert line.startswith("warn")
        assert line.endswith("c2cd-older.conf")
    else:
        assert line.startswith("ok")


async def test_a_wrong_secret_is_told(asterisk: Asterisk, folder: Path) -> None:
    """A secret that the switch does not take is said so, with the switch's words, and the exit code is 1."""
    daemon = Daemon(folder, asterisk.ami_port, asterisk.username, "not-the-secret")
    code, out, err = await run_command("check", "--config", str(daemon.config))
    assert (code, err) == (1, "")
    assert "FAIL ami:" in out
    assert "refuses the AMI user 'c2cd': Authentication failed" in out
    assert "not-the-secret" not in out
