"""A PBX host from nothing: c2cd is set up, clicked, watched, reloaded, rebooted and taken away again."""

import json

import pytest

from tests.host.pbx import CONTACT, SETUP, Pbx, Phones
from tests.lab.scenario import answers
from tests.process import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")

CONFIG = "/etc/c2cd/c2cd.toml"
# What the host itself writes while it lives.
OF_THE_HOST = (
    *("/var/log/journal/", "/var/log/asterisk/"),
    "/var/tmp/systemd-private-",  # noqa: S108 - nothing is written there
)


async def test_set_up_by_the_readme(pbx: Pbx) -> None:
    """The README's lines make a service that is up, enabled, ready, and right by its own check."""
    assert await pbx.systemd("ActiveState", "UnitFileState", "NRestarts") == {
        "ActiveState": "active",
        "UnitFileState": "enabled",
        "NRestarts": "0",
    }
    await pbx.wait_ready()
    checked = (await pbx.c2cd("check")).out
    assert "FAIL" not in checked


async def test_the_lines_that_setup_printed(pbx: Pbx, phones: Phones) -> None:
    """The lines that setup prints at its end make a button and click it: both phones ring."""
    lines = pbx.said[pbx.said.index("TOKEN=") :].replace('"101"', '"1001"')
    clicked = json.loads((await pbx.host.shell(lines)).out)
    assert clicked["status"] == "success"
    assert len(await phones.extension.wait_for_invites(1)) == 1
    assert len(await phones.contact.wait_for_invites(1)) == 1
    await pbx.host.run("asterisk", "-rx", "channel request hangup all")


async def test_secrets_are_roots_alone(pbx: Pbx) -> None:
    """Nobody but root, Asterisk and c2cd reads what lets in; AMI's secret is in two files alone."""
    secret = (await pbx.host.run("cat", "/etc/c2cd/ami.secret")).out.strip()
    with_it = (await pbx.host.run("grep", "-rlF", secret, "/etc", "/var", "/opt", ok=False)).out.split()
    modes = (await pbx.host.run("stat", "-c", "%n %U %a", *with_it)).out.splitlines()
    assert modes == ["/etc/asterisk/manager.d/c2cd.conf asterisk 640", "/etc/c2cd/ami.secret root 600"]
    assert not any(secret in line for line in await pbx.journal())
    nobody = ("setpriv", "--reuid=65534", "--clear-groups")
    as_nobody = await pbx.host.run(*nobody, "ls", "/var/lib/c2cd", ok=False)
    assert as_nobody.code != 0


async def test_setting_up_again_changes_nothing(pbx: Pbx) -> None:
    """A second run of setup says that nothing is to be done, and does nothing."""
    look = "find /etc /var/lib/c2cd -type f -not -name 'c2cd.db*' -printf '%p %T@\\n' | sort"
    before = await pbx.host.shell(look)
    since = await pbx.systemd("MainPID")
    again = await pbx.c2cd(*SETUP.split())
    assert (await pbx.host.shell(look)).out == before.out
    assert await pbx.systemd("MainPID") == since
    assert "Nothing has to be changed." in again.out
    assert "TOKEN=" not in again.out


async def test_a_click_rings_both_phones(pbx: Pbx, phones: Phones) -> None:
    """A click rings the extension, and then the contact; each is shown the other, and they talk."""
    await phones.extension.behave(answers(talks=1.0))
    call_id = await pbx.click()
    item = await pbx.wait_call(call_id, "ended")
    assert (item["result"], item["contact"], item["extension"]) == ("success", CONTACT, "1001")
    assert [invite.from_number for invite in phones.extension.invites()] == [CONTACT]
    assert [invite.from_number for invite in phones.contact.invites()] == ["1001"]


async def test_the_journal_shows_a_call(pbx: Pbx, phones: Phones) -> None:
    """``journalctl`` has a call's lines by its id, and ``c2cd events --follow`` tells them as it goes on."""
    follower = await pbx.host.begin("/opt/c2cd/bin/c2cd", "events", "--follow")
    await phones.extension.behave(answers(talks=1.0))
    call_id = await pbx.click()
    await pbx.wait_call(call_id, "ended")

    async def lines() -> list[str] | None:
        found = await pbx.journal(f"C2CD_CALL_ID={call_id}")
        return found if len(found) > 6 else None

    events = [json.loads(line)["event"] for line in await eventually(lines, 10)]
    assert events == [
        *("call.requested", "call.ringing", "call.answered", "call.ringing", "call.answered"),
        *("call.bridged", "call.ended"),
    ]
    told: list[str] = []
    assert follower.stdout is not None
    while len([line for line in told if call_id[-4:] in line]) < len(events):
        told.append((await follower.stdout.readline()).decode())
    follower.terminate()
    await follower.communicate()


async def test_reload_in_mid_call(pbx: Pbx, phones: Phones) -> None:
    """A reload takes up a new account in mid-call; the call is followed to its end by the same process."""
    await phones.extension.behave(answers())
    call_id = await pbx.click()
    await pbx.wait_call(call_id, "bridged")
    before = await pbx.systemd("MainPID")
    another = '[[accounts]]\nid = "later"\nrealm = "later.example"\n\n'
    await pbx.edit(CONFIG, "[[accounts]]", f"{another}[[accounts]]")
    await pbx.host.run("systemctl", "reload", "c2cd")

    async def is_known() -> bool:
        token = (await pbx.c2cd("token", "create", "--account", "later")).out.strip()
        url = "http://127.0.0.1:8000/v2/accounts/later/clicktocall"
        return (await pbx.host.run("curl", "-sf", "-H", f"X-Auth-Token: {token}", url, ok=False)).code == 0

    await eventually(is_known, 10)
    await pbx.host.run("asterisk", "-rx", "channel request hangup all")
    item = await pbx.wait_call(call_id, "ended")
    assert item["result"] == "success"
    assert await pbx.systemd("MainPID") == before


async def test_reload_of_a_wrong_file(pbx: Pbx) -> None:
    """A reload of a wrong configuration fails, says what is wrong, and the old one goes on."""
    before = await pbx.systemd("MainPID")
    await pbx.edit(CONFIG, "[[accounts]]", "[[acounts]]")
    failed = await pbx.host.run("systemctl", "reload", "c2cd", ok=False)
    await pbx.edit(CONFIG, "[[acounts]]", "[[accounts]]")
    assert failed.code != 0
    assert any("acounts" in line for line in await pbx.journal())
    assert await pbx.systemd("MainPID", "ActiveState") == {**before, "ActiveState": "active"}
    await pbx.wait_ready()


async def test_a_process_that_stands_still(pbx: Pbx) -> None:
    """A daemon that is stopped by a signal is found by the watchdog, and started anew."""
    before = await pbx.systemd("MainPID", "NRestarts")
    await pbx.host.run("systemctl", "kill", "--signal=STOP", "c2cd")

    async def is_another() -> bool:
        now = await pbx.systemd("MainPID", "NRestarts", "ActiveState")
        return now["ActiveState"] == "active" and int(now["NRestarts"]) == int(before["NRestarts"]) + 1

    await eventually(is_another, 90)
    await pbx.wait_ready()
    assert any("watchdog" in line.lower() for line in await pbx.journal())


async def test_it_comes_back_after_a_reboot(pbx: Pbx) -> None:
    """After a reboot it is there by itself, with the switch, and rings both phones."""
    await pbx.host.reboot()
    await pbx.wait_ready()
    async with Phones.of(pbx) as phones:
        await phones.extension.behave(answers(talks=1.0))
        call_id = await pbx.click()
        assert (await pbx.wait_call(call_id, "ended"))["result"] == "success"


async def test_the_unit_is_right_and_sandboxed(pbx: Pbx) -> None:
    """``systemd-analyze`` finds nothing amiss with the unit, and an exposure of 1.5 at most."""
    verified = await pbx.host.run("systemd-analyze", "verify", "c2cd.service")
    assert "c2cd" not in verified.out + verified.err
    exposed = await pbx.host.run(
        "systemd-analyze", "security", "--offline=true", "--threshold=15", "/etc/systemd/system/c2cd.service"
    )
    assert "Overall exposure level" in exposed.out


async def test_taken_away(pbx: Pbx) -> None:
    """``setup --remove`` leaves nothing but the database; what the admin has is as it was before."""
    await pbx.c2cd("setup", "--remove", "--yes")
    left = {path for path in await pbx.files() - pbx.before if not path.startswith(OF_THE_HOST)}
    assert left == {"/var/lib/c2cd", "/var/lib/c2cd/c2cd.db", "/var/lib/c2cd/signing.key"}
    assert (await pbx.host.run("getent", "passwd", "c2cd", ok=False)).code != 0
    assert "c2cd" not in (await pbx.host.run("asterisk", "-rx", "manager show users")).out
    assert (await pbx.host.run("systemctl", "status", "c2cd", ok=False)).code == 4
