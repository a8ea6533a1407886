"""``c2cd apikey``: what clients get tokens for, made, listed and revoked by commands."""

import os
from pathlib import Path

import pytest

from tests.cli.host import Host
from tests.process import run_command


async def apikey(host: Host, *arguments: str) -> tuple[int, str, str]:
    """Run ``c2cd apikey`` with this host's configuration."""
    command, *rest = arguments
    return await run_command("apikey", command, "--config", str(host.daemon.config), *rest)


async def listed(host: Host) -> list[list[str]]:
    """Give the columns of ``apikey list``."""
    code, out, err = await apikey(host, "list")
    assert (code, err) == (0, "")
    return [line.split("\t") for line in out.splitlines()]


async def test_made_listed_and_revoked(host: Host) -> None:
    """A key is printed alone and never again; the list tells all else, and that it was revoked."""
    code, out, err = await apikey(host, "create", "--account", "acme", "--note", "the CRM")
    assert (code, err) == (0, "")
    secret = out.removesuffix("\n")
    assert secret.startswith("c2cdkey_")
    assert not set(secret) & set(" \n")
    (row,) = await listed(host)
    assert (row[1], row[3], row[4]) == ("acme", "valid", "the CRM")
    assert secret not in "".join(row)
    assert all(secret.encode() not in file.read_bytes() for file in host.daemon.folder.glob("c2cd.db*"))
    assert await apikey(host, "revoke", row[0]) == (0, "", "")
    assert [row[3] for row in await listed(host)] == ["revoked"]
    for unknown in (row[0], "nothing"):
        code, out, err = await apikey(host, "revoke", unknown)
        assert (code, out) == (1, "")
        assert f"'{unknown}'" in err
        assert "c2cd apikey list" in err


async def test_an_unknown_account_is_told(host: Host) -> None:
    """A key for an account that is not configured is refused with those that are."""
    code, out, err = await apikey(host, "create", "--account", "nobody")
    assert (code, out) == (1, "")
    assert "'nobody'" in err
    assert "acme" in err
    assert await listed(host) == []


@pytest.mark.parametrize("arguments", [("create",), ("revoke",)])
async def test_wrong_arguments_are_told(host: Host, arguments: tuple[str, ...]) -> None:
    """Arguments that are missing are told with the usage."""
    code, out, err = await apikey(host, *arguments)
    assert (code, out) == (2, "")
    assert "Usage:" in err


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
    code, _, err = await apikey(host, "create", "--account", "acme")
    assert code == 0, err
    assert {file.stat().st_uid for file in folder.iterdir()} == {12345}
