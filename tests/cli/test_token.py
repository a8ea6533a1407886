"""``c2cd token``: keys made, listed and revoked while the daemon runs."""

import asyncio
import os
import sqlite3
import stat
import time
from contextlib import closing
from datetime import datetime
from pathlib import Path

import httpx
import pytest

from tests.cli.host import Host
from tests.process import PATIENCE, eventually, run_command
from tests.web.site import CONTACT


async def token(host: Host, *arguments: str) -> tuple[int, str, str]:
    """Run ``c2cd token`` with this host's configuration."""
    command, *rest = arguments
    return await run_command("token", command, "--config", str(host.daemon.config), *rest)


async def listed(host: Host) -> list[list[str]]:
    """Give the columns of ``token list``."""
    code, out, err = await token(host, "list")
    assert (code, err) == (0, "")
    return [line.split("\t") for line in out.splitlines()]


async def status(host: Host, secret: str, verb: str = "GET", path: str = "") -> int:
    """Ask the running daemon for something with a token."""
    async with httpx.AsyncClient() as client:
        url = f"{host.daemon.url}/v2/accounts/acme/clicktocall{path}"
        return (await client.request(verb, url, headers={"x-auth-token": secret})).status_code


async def test_a_token_is_printed_alone(host: Host) -> None:
    """Nothing but the token stands on stdout, and nothing at all on stderr."""
    code, out, err = await token(host, "create", "--account", "acme")
    assert (code, err) == (0, "")
    assert out.count("\n") == 1
    assert len(out.strip()) >= 43
    assert out.strip().isascii()
    assert " " not in out


async def test_a_new_token_opens_the_running_daemon(host: Host) -> None:
    """A token that is made beside the daemon is good with the very next request."""
    await host.daemon.start()
    _, out, _ = await token(host, "create", "--account", "acme")
    assert await status(host, out.strip()) == 200


async def test_a_connect_token_only_connects(host: Host) -> None:
    """With --scope connect a token clicks, and is forbidden all else."""
    await host.daemon.start()
    await host.make_token()
    button_id = await host.daemon.create_button()
    _, out, _ = await token(host, "create", "--account", "acme", "--scope", "connect")
    assert await status(host, out.strip()) == 403
    assert await status(host, out.strip(), path=f"/{button_id}/connect?contact=1") == 200


async def test_a_revoked_token_is_dead_at_once(host: Host) -> None:
    """What is revoked beside the daemon opens nothing with the next request, and others go on."""
    await host.daemon.start()
    secrets = [(await token(host, "create", "--account", "acme"))[1].strip() for _ in range(2)]
    assert [await status(host, secret) for secret in secrets] == [200, 200]
    code, out, err = await token(host, "revoke", (await listed(host))[0][0])
    assert (code, out, err) == (0, "", "")
    assert [await status(host, secret) for secret in secrets] == [401, 200]
    assert [row[5] for row in await listed(host)] == ["revoked", "valid"]


async def test_days_are_until_when(host: Host) -> None:
    """With --days a token has an end so many days from now; without it has none."""
    await token(host, "create", "--account", "acme", "--days", "7")
    await token(host, "create", "--account", "acme")
    with closing(sqlite3.connect(host.daemon.database)) as database:
        ends = [row[0] for row in database.execute("SELECT expires_at FROM tokens ORDER BY created_at")]
    assert ends[0] == pytest.approx(time.time() + 7 * 86_400, abs=60)
    assert ends[1] is None
    assert [row[4] == "for-ever" for row in await listed(host)] == [False, True]


async def test_an_expired_token_is_dead(host: Host) -> None:
    """Once its end has passed a token opens nothing, and the list says why."""
    await host.daemon.start()
    _, out, _ = await token(host, "create", "--account", "acme", "--days", "1")
    assert await status(host, out.strip()) == 200
    with closing(sqlite3.connect(host.daemon.database)) as database, database:
        database.execute("UPDATE tokens SET expires_at = ?", (time.time() - 1,))
    assert await status(host, out.strip()) == 401
    assert [row[5] for row in await listed(host)] == ["expired"]


async def test_the_last_use_is_listed(host: Host) -> None:
    """The list says when a token was last used, soon after it was, and of the others never."""
    await host.daemon.start()
    used, _ = [(await token(host, "create", "--account", "acme"))[1].strip() for _ in range(2)]
    assert [row[6] for row in await listed(host)] == ["never", "never"]
    began = time.time()
    assert await status(host, used) == 200

    async def noted() -> list[str] | None:
        uses = [row[6] for row in await listed(host)]
        return uses if uses[0] != "never" else None

    first, second = await eventually(noted, PATIENCE)
    assert began - 1 < datetime.fromisoformat(first).timestamp() < time.time() + 1
    assert second == "never"


async def test_the_list_tells_all_but_the_token(host: Host) -> None:
    """A row has id, account, scope, times, state, last use and note; the token is nowhere on the disk."""
    _, out, _ = await token(
        host, "create", "--account", "acme", "--scope", "connect", "--note", "the shop's website"
    )
    (row,) = await listed(host)
    assert (row[1], row[2], *row[5:]) == ("acme", "connect", "valid", "never", "the shop's website")
    secret = out.strip()
    files = host.daemon.folder.glob("c2cd.db*")
    assert all(secret.encode() not in file.read_bytes() for file in files)
    assert secret not in "".join(row)


async def test_an_unknown_account_is_told(host: Host) -> None:
    """A token for an account that is not configured is refused with those that are."""
    code, out, err = await token(host, "create", "--account", "nobody")
    assert (code, out) == (1, "")
    assert "'nobody'" in err
    assert "acme" in err
    assert await listed(host) == []


async def test_an_unknown_id_is_told(host: Host) -> None:
    """Revoking what is not there, or twice, is an error that says how to find out what is."""
    await token(host, "create", "--account", "acme")
    ((token_id, *_),) = await listed(host)
    assert (await token(host, "revoke", token_id))[0] == 0
    for unknown in (token_id, "nothing"):
        code, out, err = await token(host, "revoke", unknown)
        assert (code, out) == (1, "")
        assert f"'{unknown}'" in err
        assert "c2cd token list" in err


@pytest.mark.parametrize(
    "arguments",
    [
        ("create",),
        ("create", "--account", "acme", "--days", "0"),
        ("create", "--account", "acme", "--days", "soon"),
        ("create", "--account", "acme", "--scope", "all"),
        ("revoke",),
    ],
)
async def test_wrong_arguments_are_told(host: Host, arguments: tuple[str, ...]) -> None:
    """Arguments that make no sense are told with the usage, and nothing is made."""
    code, out, err = await token(host, *arguments)
    assert (code, out) == (2, "")
    assert "Usage:" in err
    assert await listed(host) == []


async def test_the_database_is_its_owners_alone(host: Host) -> None:
    """A command that comes before the daemon makes a database that nobody else can read."""
    await token(host, "create", "--account", "acme")
    assert stat.S_IMODE(host.daemon.database.stat().st_mode) & 0o077 == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another")
async def test_root_leaves_files_that_the_daemon_can_write(host: Host, tmp_path: Path) -> None:
    """Run by root, the command makes the database as the owner of its folder."""
    folder = tmp_path / "of-another"
    folder.mkdir()
    os.chown(folder, 12345, 12345)
    for above in (tmp_path, *tmp_path.parents[:3]):
        above.chmod(above.stat().st_mode | 0o011)
    text = host.daemon.config.read_text()
    host.daemon.config.write_text(text.replace(str(host.daemon.database), str(folder / "c2cd.db")))
    code, _, err = await token(host, "create", "--account", "acme")
    assert code == 0, err
    assert {file.stat().st_uid for file in folder.iterdir()} == {12345}


async def test_a_missing_folder_is_told(host: Host) -> None:
    """Where the database can't be made the error has its path and a hint, and no traceback."""
    text = host.daemon.config.read_text()
    host.daemon.config.write_text(text.replace(str(host.daemon.database), "/nowhere/c2cd.db"))
    code, out, err = await token(host, "create", "--account", "acme")
    assert (code, out) == (1, "")
    assert err.startswith("c2cd: /nowhere/c2cd.db")
    assert "Traceback" not in err


async def test_commands_and_clicks_do_not_stop_each_other(host: Host) -> None:
    """While tokens are made beside it the daemon places calls, and none of either fails."""
    await host.daemon.start()
    await host.make_token()
    button_id = await host.daemon.create_button()
    for _ in range(3):
        (code, _, err), click = await asyncio.gather(
            token(host, "create", "--account", "acme"), host.daemon.click(button_id, CONTACT)
        )
        assert code == 0, err
        assert click.status_code == 200
    assert len(await host.daemon.history(button_id)) == 3
