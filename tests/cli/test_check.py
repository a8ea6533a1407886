"""``c2cd check``: a line for each thing that was looked at, and an exit code that says if all is right."""

from pathlib import Path

import pytest

from c2cd.switch.simulated_phones import phone_at
from tests.cli.host import Host, check
from tests.process import Daemon, free_port, run_command
from tests.web.site import SECRET


def rewrite(daemon: Daemon, before: str, after: str) -> None:
    """Change the configuration."""
    text = daemon.config.read_text()
    assert before in text
    daemon.config.write_text(text.replace(before, after))


async def test_all_is_right(host: Host) -> None:
    """With everything in order each line is good, there is nothing on stderr, and the code is 0."""
    code, lines, err = await check(host.daemon)
    assert (code, err) == (0, "")
    assert [line.partition(":")[0] for line in lines] == [
        "ok   configuration",
        "ok   ami",
        "ok   asterisk",
        "ok   ami rights",
        "ok   ami events",
        "ok   clock",
        "ok   database",
        "ok   disk",
    ]
    assert str(host.daemon.config) in lines[0]
    assert "acme" in lines[0]
    assert f"'c2cd' at 127.0.0.1:{host.ami_port}" in lines[1]
    assert lines[2].endswith(" 22.10.1")
    assert "write originate,reporting" in lines[3]
    assert str(host.daemon.database) in lines[6]
    assert str(host.daemon.folder) in lines[7]


async def test_an_account_without_a_region_is_told(host: Host) -> None:
    """Without a region countries can't be told apart, and the admin is told so; with one nothing is said."""
    _, lines, _ = await check(host.daemon)
    assert "acme (has no region: calls may go to any country)" in lines[0]
    rewrite(host.daemon, 'realm = "acme.example"', 'realm = "acme.example"\nregion = "US"')
    _, lines, _ = await check(host.daemon)
    assert lines[0].endswith(": accounts acme")


async def test_it_calls_nobody(host: Host) -> None:
    """What is ordered names a technology or a context that no switch has: no phone is called."""
    await check(host.daemon)
    assert [order["channel"] for order in host.switch.orders] == [
        "C2cdCheck/nobody",
        "Local/000@c2cd-check/n",
    ]
    assert not phone_at("000").exists
    assert host.switch.calls == {}


async def test_it_works_beside_the_daemon(host: Host) -> None:
    """A check while the daemon runs finds all right, and leaves the daemon as ready as it was."""
    await host.daemon.start()
    code, lines, _ = await check(host.daemon)
    assert (code, {line[:4] for line in lines}) == (0, {"ok  "})
    await host.daemon.wait_for("/readyz")
    assert await host.daemon.stop() == 0
    assert host.daemon.messages.count("the switch is there") == 1


WRONG: dict[str, tuple[str, str, list[str]]] = {
    "an unknown key": ("[ami]\n", "[ami]\nprot = 1\n", ["ami.prot: Unknown key; known are: ", "port"]),
    "a wrong type": (
        'listen = "',
        'listen = 1 # "',
        ["http.listen: Value did not match type(s): string, not 1"],
    ),
    "a word for a number": (
        "[ami]\nport = ",
        '[ami]\nport = "five"\n# ',
        ["ami.port: Value did not match type(s): integer, not 'five'"],
    ),
    "an unknown level": ('level = "info"', 'level = "loud"', ["log.level: Value not found", "'loud'"]),
    "no account": (
        '[[accounts]]\nid = "acme"',
        "[[accounts]]\n",
        ["accounts.0.id: Field is required but missing"],
    ),
    "a channel without a place": (
        'realm = "acme.example"',
        'realm = "acme.example"\nextension_channel = "Local/1@x/n"',
        ["accounts.0.extension_channel: expected one channel", "{number}"],
    ),
    "both secrets": (
        "[store]",
        'secret_file = "/x"\n[store]',
        ["ami: expected either secret or secret_file"],
    ),
    "a secret that can't be read": (
        'secret = "s3cret-of-ami"',
        'secret_file = "/nowhere/ami.secret"',
        ["c2cd.toml: ami.secret_file: ", "/nowhere/ami.secret"],
    ),
    "a channel that Asterisk refuses": (
        'realm = "acme.example"',
        'realm = "acme.example"\nextension_channel = "Local/{number}@from-CRM_DB/n"',
        ["accounts.0.extension_channel: ", "in capitals, not 'CRM_DB'"],
    ),
    "an unknown region": (
        'realm = "acme.example"',
        'realm = "acme.example"\nregion = "XX"',
        ["accounts.0.region", "XX"],
    ),
    "a pattern that RE2 refuses": (
        'realm = "acme.example"',
        "realm = \"acme.example\"\nwhitelist = ['(?=x)']",
        ["accounts.0.whitelist.0", "RE2"],
    ),
    "no TOML": ("[http]", "[http", ["not TOML"]),
}


@pytest.mark.parametrize(("before", "after", "words"), WRONG.values(), ids=WRONG)
async def test_a_wrong_configuration_is_told_by_key(
    host: Host, before: str, after: str, words: list[str]
) -> None:
    """A configuration that can't be used is one bad line with file, key and what was expected, and code 1."""
    rewrite(host.daemon, before, after)
    code, lines, _ = await check(host.daemon)
    assert (code, len(lines)) == (1, 1)
    assert lines[0].startswith(("FAIL configuration: ",))
    for word in words:
        assert word in lines[0]


async def test_every_fault_has_its_line(host: Host) -> None:
    """Several faults are told at once, each on a line of its own with the file's name."""
    rewrite(host.daemon, "[ami]\n", "[ami]\nprot = 1\n")
    rewrite(host.daemon, 'level = "info"', 'level = "loud"')
    code, lines, _ = await check(host.daemon)
    assert code == 1
    assert [line.split(": ")[:3] for line in lines] == [
        ["FAIL configuration", str(host.daemon.config), "ami.prot"],
        ["FAIL configuration", str(host.daemon.config), "log.level"],
    ]


async def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """Where there is no configuration the line says which was looked for and how to name another."""
    code, out, _ = await run_command("check", "--config", str(tmp_path / "none.toml"))
    assert code == 1
    assert f"{tmp_path}/none.toml: No such file" in out
    assert "C2CD_CONFIG" in out


async def test_the_environment_may_name_the_file(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without --config the file is the one that C2CD_CONFIG names."""
    monkeypatch.setenv("C2CD_CONFIG", str(host.daemon.config))
    code, out, _ = await run_command("check")
    assert code == 0
    assert str(host.daemon.config) in out


async def test_a_wrong_secret_is_told(host: Host) -> None:
    """A refused login says so in the switch's words with the user's name, and the rest is still looked at."""
    rewrite(host.daemon, SECRET, "not-the-secret")
    code, lines, _ = await check(host.daemon)
    assert code == 1
    assert [line[:9] for line in lines] == ["ok   conf", "FAIL ami:", "ok   data", "ok   disk"]
    assert "'c2cd'" in lines[1]
    assert "Authentication failed" in lines[1]
    assert "not-the-secret" not in "".join(lines)


async def test_nobody_listening_is_told(host: Host) -> None:
    """Where no switch listens the line has the address and the system's words."""
    port = free_port()
    rewrite(host.daemon, f"port = {host.ami_port}", f"port = {port}")
    code, lines, _ = await check(host.daemon)
    assert code == 1
    assert lines[1].startswith(f"FAIL ami: 127.0.0.1:{port}")
    assert "refused" in lines[1].lower() or "connect call failed" in lines[1].lower()


async def test_a_missing_folder_is_told(host: Host) -> None:
    """Where no database can be made the line has its path and a hint, and the switch is still looked at."""
    rewrite(host.daemon, str(host.daemon.database), str(host.daemon.folder / "none" / "c2cd.db"))
    code, lines, _ = await check(host.daemon)
    assert code == 1
    database, disk = (line for line in lines if line[:4] == "FAIL")
    assert f"{host.daemon.folder}/none/c2cd.db" in database
    assert "folder" in database
    assert f"the database can't be written: {host.daemon.folder}/none: No such file" in disk
    assert lines[-1].startswith("ok   disk: ")
