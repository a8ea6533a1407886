"""``c2cd check``: a line for each thing that was looked at, and an exit code that says if all is right."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from tests.cli.host import Host
from tests.process import Daemon, free_port, run_command
from tests.switch.scripted import Answer, ScriptedServer, grant, queue, refuse, silence
from tests.web.site import SECRET


async def check(daemon: Daemon) -> tuple[int, list[str], str]:
    """Run the command; give its code, its lines, and what it said on stderr."""
    code, out, err = await run_command("check", "--config", str(daemon.config))
    assert SECRET not in out + err
    assert "Traceback" not in err
    return code, out.splitlines(), err


def rewrite(daemon: Daemon, before: str, after: str) -> None:
    """Change the configuration."""
    text = daemon.config.read_text()
    assert before in text
    daemon.config.write_text(text.replace(before, after))


async def test_all_is_right(host: Host) -> None:
    """With everything in order there are four good lines, nothing on stderr, and the code is 0."""
    code, lines, err = await check(host.daemon)
    assert (code, err) == (0, "")
    assert [line.partition(":")[0] for line in lines] == [
        "ok   configuration",
        "ok   ami",
        "ok   ami rights",
        "ok   database",
    ]
    assert str(host.daemon.config) in lines[0]
    assert "acme" in lines[0]
    assert f"'c2cd' at 127.0.0.1:{host.ami_port}" in lines[1]
    assert "write originate,reporting" in lines[2]
    assert str(host.daemon.database) in lines[3]


async def test_an_account_without_a_region_is_told(host: Host) -> None:
    """Without a region countries can't be told apart, and the admin is told so; with one nothing is said."""
    _, lines, _ = await check(host.daemon)
    assert "acme (has no region: calls may go to any country)" in lines[0]
    rewrite(host.daemon, 'realm = "acme.example"', 'realm = "acme.example"\nregion = "US"')
    _, lines, _ = await check(host.daemon)
    assert lines[0].endswith(": accounts acme")


async def test_it_calls_nobody(host: Host) -> None:
    """What is ordered to see the rights names a technology that no switch has: no phone is called."""
    await check(host.daemon)
    assert [order["channel"] for order in host.switch.orders] == ["C2cdCheck/nobody"]
    assert host.switch.calls == {}


async def test_it_works_beside_the_daemon(host: Host) -> None:
    """A check while the daemon runs finds all right, and leaves the daemon as ready as it was."""
    await host.daemon.start()
    code, lines, _ = await check(host.daemon)
    assert (code, len(lines)) == (0, 4)
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
    assert [line[:9] for line in lines] == ["ok   conf", "FAIL ami:", "ok   data"]
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
    assert [line[:4] for line in lines] == ["ok  ", "ok  ", "ok  ", "FAIL"]
    assert f"{host.daemon.folder}/none/c2cd.db" in lines[3]
    assert "folder" in lines[3]


@pytest_asyncio.fixture
async def scripted(tmp_path: Path) -> AsyncIterator[Callable[..., Daemon]]:
    """Give a maker of configurations for a scripted server with these answers."""
    server = ScriptedServer()
    async with server.listening() as port:

        def make(*, fully_booted: bool = True, **answers: Answer) -> Daemon:
            server.fully_booted = fully_booted
            server.answers |= answers
            return Daemon(tmp_path, port, secret=SECRET)

        yield make


async def test_missing_rights_are_told(scripted: Callable[..., Daemon]) -> None:
    """A user who may not originate or report is told which rights to give, in manager.conf's words."""
    code, lines, _ = await check(scripted(listcommands=grant("Ping")))
    assert code == 1
    assert "write = originate,reporting" in lines[1]


async def test_a_user_who_reads_no_calls_is_told(scripted: Callable[..., Daemon]) -> None:
    """Where an order is queued and no call event comes of it, the right to read them is missing."""
    code, lines, _ = await check(scripted(originate=queue))
    assert code == 1
    assert lines[2].startswith("FAIL ami rights: no call events")
    assert "read = call,system" in lines[2]


async def test_a_user_who_reads_no_system_events_is_told(scripted: Callable[..., Daemon]) -> None:
    """Where no FullyBooted comes, the right to read those events is missing."""

    def decide(visitor: object, action: dict[str, str]) -> None:
        queue(visitor, action)  # type: ignore[arg-type]  # it is a Visitor
        visitor.tell(  # type: ignore[attr-defined]
            Event="OriginateResponse", ActionID=action["actionid"], Response="Failure", Reason="0"
        )

    code, lines, _ = await check(scripted(fully_booted=False, originate=decide))
    assert code == 1
    assert lines[2].startswith("FAIL ami rights: no FullyBooted")


async def test_a_refused_order_is_told(scripted: Callable[..., Daemon]) -> None:
    """Where the switch refuses an order its own words are shown."""
    code, lines, _ = await check(scripted(originate=refuse("Permission denied")))
    assert code == 1
    assert "Permission denied" in lines[2]


async def test_a_switch_that_stalls_is_told(scripted: Callable[..., Daemon]) -> None:
    """A server that takes the login and says nothing is told as such, after seconds, not for ever."""
    code, lines, _ = await check(scripted(login=silence))
    assert code == 1
    assert "does not answer" in lines[1]
