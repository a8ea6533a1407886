"""``c2cd sign``: links made beside the daemon, with the key that it has."""

import asyncio
import os
import stat
import time
from pathlib import Path

import pytest
import pytest_asyncio

from c2cd.guard.signing import Signer
from c2cd.model.signing import SignedLink
from c2cd.store.buttons import Buttons
from c2cd.store.database import open_database
from c2cd.store.signing_key import load_signing_key
from tests.cli.host import Host
from tests.process import run_command
from tests.web.site import CONTACT


@pytest_asyncio.fixture
async def button_id(host: Host) -> str:
    """Give a button of an account with a region, saved without a daemon."""
    rewrite(host, 'realm = "acme.example"', 'realm = "acme.example"\nregion = "US"')
    async with open_database(host.daemon.database) as database:
        button = await Buttons(database).create("acme", {"name": "Sales", "extension": "1001"}, 0.0)
    return button.id


def rewrite(host: Host, before: str, after: str) -> None:
    """Change the configuration."""
    text = host.daemon.config.read_text()
    assert before in text
    host.daemon.config.write_text(text.replace(before, after))


async def sign(host: Host, button_id: str, *more: str, account: str = "acme") -> tuple[int, str, str]:
    """Run ``c2cd sign`` with this host's configuration."""
    config = ("--config", str(host.daemon.config))
    return await run_command("sign", *config, "--account", account, "--button", button_id, *more)


async def link_for(host: Host, button_id: str, *more: str) -> SignedLink:
    """Have a link signed, and read it with the key that is on the host."""
    code, out, err = await sign(host, button_id, *more)
    assert (code, err) == (0, "")
    assert out.count("\n") == 1
    signer = Signer(load_signing_key(host.daemon.folder / "signing.key"))
    return signer.read(out.strip(), "acme", button_id, time.time())


async def refused(host: Host, button_id: str, *more: str, account: str = "acme") -> str:
    """Have it fail, with nothing signed and no key made; give what it said."""
    code, out, err = await sign(host, button_id, *more, account=account)
    assert (code, out) == (1, "")
    assert err.startswith("c2cd: ")
    assert "Traceback" not in err
    assert not (host.daemon.folder / "signing.key").exists()
    return err


async def test_a_link_for_a_contact(host: Host, button_id: str) -> None:
    """The text alone is on stdout: a link for the contact as the account reads it, for an hour."""
    link = await link_for(host, button_id, "--contact", "(212) 555-1234")
    assert (link.contact, link.pattern) == ("+12125551234", None)
    assert link.expires_at == pytest.approx(time.time() + 3600, abs=60)


async def test_a_link_for_a_pattern(host: Host, button_id: str) -> None:
    """With --pattern the link is for whoever matches it, and --minutes says for how long."""
    link = await link_for(host, button_id, "--pattern", r"^\+1", "--minutes", "44640")
    assert (link.contact, link.pattern) == (None, r"^\+1")
    assert link.expires_at == pytest.approx(time.time() + 31 * 86_400, abs=60)


async def test_one_key_for_all_who_come_first(host: Host, button_id: str) -> None:
    """A daemon and commands that start at the same time on a new host sign with the same key."""
    starting = asyncio.create_task(host.daemon.start())
    signed = await asyncio.gather(*(sign(host, button_id, "--contact", CONTACT) for _ in range(3)))
    await starting
    signer = Signer(load_signing_key(host.daemon.folder / "signing.key"))
    for code, out, err in signed:
        assert (code, err) == (0, "")
        assert signer.read(out.strip(), "acme", button_id, time.time()).contact == CONTACT
    await host.make_token()
    answer = await host.daemon.request("POST", f"/{button_id}/sign", {"contact": CONTACT})
    signer.read(answer.json()["data"]["signed"], "acme", button_id, time.time())


async def test_the_key_where_the_configuration_says(host: Host, button_id: str, tmp_path: Path) -> None:
    """With store.signing_key_file the key is there, its owner's alone, and nowhere else."""
    elsewhere = tmp_path / "k" / "links"
    elsewhere.parent.mkdir()
    rewrite(host, "[store]\n", f'[store]\nsigning_key_file = "{elsewhere}"\n')
    assert (await sign(host, button_id, "--contact", CONTACT))[0] == 0
    assert stat.S_IMODE(elsewhere.stat().st_mode) == 0o600
    assert not (host.daemon.folder / "signing.key").exists()


async def test_what_is_not_known_is_told(host: Host, button_id: str) -> None:
    """An account that is not configured, or a button that it does not have, is told by name."""
    assert "'nobody'" in await refused(host, button_id, "--contact", CONTACT, account="nobody")
    err = await refused(host, "nothing", "--contact", CONTACT)
    assert "account 'acme' has no button 'nothing'" in err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "either a contact or a pattern"),
        (("--contact", CONTACT, "--pattern", "1"), "either a contact or a pattern"),
        (("--contact", "nobody"), "neither a phone number"),
        (("--pattern", "(?=1)"), "Not a pattern that RE2 takes"),
    ],
)
async def test_what_can_not_be_signed_is_told(
    host: Host, button_id: str, arguments: tuple[str, ...], words: str
) -> None:
    """Without either contact or pattern, with both, or with one that is none, it says what is wrong."""
    assert words in await refused(host, button_id, *arguments)


@pytest.mark.parametrize("minutes", ["0", "44641", "soon"])
async def test_minutes_have_bounds(host: Host, button_id: str, minutes: str) -> None:
    """A link holds for a minute at least and 31 days at most."""
    code, out, err = await sign(host, button_id, "--contact", CONTACT, "--minutes", minutes)
    assert (code, out) == (2, "")
    assert "--minutes" in err


async def test_an_open_key_is_told(host: Host, button_id: str) -> None:
    """A key that everybody may read signs nothing, and neither daemon nor check is content with it."""
    await link_for(host, button_id, "--contact", CONTACT)
    key = host.daemon.folder / "signing.key"
    key.chmod(0o644)
    code, out, err = await sign(host, button_id, "--contact", CONTACT)
    assert (code, out) == (1, "")
    assert f"chmod o= {key}" in err
    code, out, _ = await run_command("check", "--config", str(host.daemon.config))
    assert code == 1
    assert f"FAIL database: {key}: " in out
    with pytest.raises(ChildProcessError, match="chmod o="):
        await host.daemon.start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another")
async def test_root_leaves_a_key_that_the_daemon_can_read(host: Host, button_id: str, tmp_path: Path) -> None:
    """Run by root, the command makes the key as the owner of the database's folder."""
    folder = tmp_path / "of-another"
    folder.mkdir()
    for file in host.daemon.folder.glob("c2cd.db*"):
        file.rename(folder / file.name)
        os.chown(folder / file.name, 12345, 12345)
    os.chown(folder, 12345, 12345)
    for above in (tmp_path, *tmp_path.parents[:3]):
        above.chmod(above.stat().st_mode | 0o011)
    rewrite(host, str(host.daemon.database), str(folder / "c2cd.db"))
    code, _, err = await sign(host, button_id, "--contact", CONTACT)
    assert code == 0, err
    assert (folder / "signing.key").stat().st_uid == 12345
