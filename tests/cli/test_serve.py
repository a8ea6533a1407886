"""``c2cd serve``: how it starts, how it is stopped, and what it says when it can't."""

import asyncio
import os
import re
import signal
import socket
import sqlite3
import sys
from contextlib import closing

import httpx
import pytest

from tests.cli.host import Host
from tests.process import Daemon, eventually, free_port, run_command
from tests.web.site import CONTACT, LONG_TALK


async def refuse_to_serve(daemon: Daemon, expected: int = 1) -> str:
    """Run the command where it can't start, and give what it says on stderr."""
    code, out, err = await run_command("serve", "--config", str(daemon.config))
    assert (code, out) == (expected, "")
    assert "Traceback" not in err
    return err


def rewrite(daemon: Daemon, before: str, after: str) -> None:
    """Change the configuration."""
    text = daemon.config.read_text()
    assert before in text
    daemon.config.write_text(text.replace(before, after))


def send(daemon: Daemon, number: signal.Signals) -> None:
    """Send a signal, and leave it to the daemon what to make of it."""
    assert daemon._process is not None
    daemon._process.send_signal(number)


async def ended(daemon: Daemon, within: float = 10) -> int:
    """Wait until the daemon ends by itself, and give its exit code."""
    assert daemon._process is not None
    return await asyncio.wait_for(daemon._process.wait(), within)


@pytest.mark.parametrize("level", ["info", "debug"])
async def test_masked_contacts_stand_in_no_log(host: Host, level: str) -> None:
    """With log.mask_contacts no log holds a contact that was called, refused or denied; the history does."""
    daemon = host.daemon
    rewrite(daemon, 'level = "info"', f'level = "{level}"\nmask_contacts = true')
    await daemon.start()
    await host.make_token()
    button_id = await daemon.create_button(whitelist=["^[+]1555", "^sip:"])
    called = ["+15557654321", "+15557654486", "+15557654000", "sip:roberta@example.com"]
    refused = ["+4930123456", "+1555x7654321", "sip:roberta@example.com;user=phone", "roberta"]
    statuses = [(await daemon.click(button_id, contact)).status_code for contact in (*called, *refused)]
    assert statuses == [200] * len(called) + [400] * len(refused)
    await daemon.lines("call.ended", len(called))
    lines = await daemon.lines("click.denied", len(refused))
    shown = {line["contact"] for line in lines if line["event"] in {"call.requested", "click.denied"}}
    assert {"**********21", "sip:*****ta@example.com", "*********56", "*****ta"} <= shown
    assert await daemon.stop() == 0
    logs = daemon.messages + daemon.events_file.read_text()
    assert button_id in logs
    for part in ("5557654", "4930", "rober"):
        assert part not in logs
    await daemon.start()
    assert {row["contact"] for row in await daemon.history(button_id)} == set(called)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("[ami]\n", "[ami]\nprot = 1\n", ["ami.prot", "Unknown key; known are"]),
        (
            'listen = "127.0.0.1:',
            'listen = "127.0.0.1:9',
            ["http.listen", "expected HOST:PORT or unix:/PATH"],
        ),
        ('events = "', 'events = 3 # "', ["log.events", "Value did not match type(s): string", "not 3"]),
        ('realm = "acme.example"', "", ["accounts.0.realm", "Field is required but missing"]),
    ],
)
async def test_a_wrong_configuration_is_told(host: Host, before: str, after: str, words: list[str]) -> None:
    """A configuration that can't be used ends it with 78, and key and expectation on stderr."""
    rewrite(host.daemon, before, after)
    err = await refuse_to_serve(host.daemon, os.EX_CONFIG)
    assert err.startswith("c2cd: ")
    for word in words:
        assert word in err


async def test_a_fault_names_its_file(host: Host) -> None:
    """Each line of what is wrong with a configuration begins with the file that it is wrong in."""
    rewrite(host.daemon, "[ami]\n", "[ami]\nprot = 1\n")
    assert str(host.daemon.config) in await refuse_to_serve(host.daemon, os.EX_CONFIG)


async def test_a_secret_that_cannot_be_read_ends_it_with_78(host: Host) -> None:
    """Without its secret the daemon does not start; the error has file, key and path."""
    text = host.daemon.config.read_text()
    host.daemon.config.write_text(re.sub('secret = ".*"', 'secret_file = "/nowhere/ami.secret"', text))
    err = await refuse_to_serve(host.daemon, os.EX_CONFIG)
    assert err.startswith(f"c2cd: {host.daemon.config}: ami.secret_file: ")
    assert "/nowhere/ami.secret" in err


async def test_what_only_somebody_can_mend_ends_it_with_78(host: Host) -> None:
    """A database of a newer c2cd, a key that is none and a missing configuration stay as they are."""
    daemon = host.daemon
    await daemon.start(ready=False)
    assert await daemon.stop() == 0
    key = daemon.folder / "signing.key"
    key.write_text("no key")
    assert "not a key that signs links" in await refuse_to_serve(daemon, os.EX_CONFIG)
    key.unlink()
    with closing(sqlite3.connect(daemon.database)) as other:
        other.execute("PRAGMA user_version = 9999")
    assert "made by a newer c2cd" in await refuse_to_serve(daemon, os.EX_CONFIG)
    daemon.config.unlink()
    assert str(daemon.config) in await refuse_to_serve(daemon, os.EX_CONFIG)


async def test_a_host_that_nobody_knows_is_told(host: Host) -> None:
    """Where the name to listen on is not found, which the network may bring, the message names the key."""
    rewrite(host.daemon, 'listen = "', 'listen = "nowhere')
    assert "http.listen: can't listen on nowhere" in await refuse_to_serve(host.daemon)


async def test_a_taken_port_is_told(host: Host) -> None:
    """Where another process has the port the message names key, address and the system's words."""
    with socket.create_server(("127.0.0.1", host.daemon.port)):
        err = await refuse_to_serve(host.daemon)
    assert f"http.listen: can't listen on 127.0.0.1:{host.daemon.port}" in err
    assert "in use" in err


async def test_a_missing_folder_is_told(host: Host) -> None:
    """Where the database can't be made the message has its path and a hint."""
    rewrite(host.daemon, str(host.daemon.database), "/nowhere/c2cd.db")
    assert "/nowhere/c2cd.db" in await refuse_to_serve(host.daemon)


async def test_an_event_log_that_cant_be_opened_is_told(host: Host) -> None:
    """Where the event log can't be written the message has its path."""
    rewrite(host.daemon, str(host.daemon.events_file), "/nowhere/events.log")
    assert "/nowhere/events.log" in await refuse_to_serve(host.daemon)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_stops_well(host: Host, number: signal.Signals) -> None:
    """TERM and Ctrl-C end it with 0, after it has said that it stops and has stopped, and nothing worse."""
    await host.daemon.start()
    send(host.daemon, number)
    assert await ended(host.daemon) == 0
    assert "stopping: calls that live go on" in host.daemon.messages
    assert host.daemon.messages.rstrip().endswith("stopped")
    for word in ("Traceback", "ERROR", "WARNING"):
        assert word not in host.daemon.messages


async def test_it_starts_without_the_switch(host: Host) -> None:
    """A daemon whose switch is not there yet answers, is not ready, and is ready once it comes."""
    port = free_port()
    rewrite(host.daemon, f"port = {host.ami_port}", f"port = {port}")
    await host.daemon.start(ready=False)
    await host.daemon.wait_for("/readyz", 503)
    async with host.switch.listening(port):
        await host.daemon.wait_for("/readyz")


async def test_it_starts_with_a_secret_that_is_wrong(host: Host) -> None:
    """A refused login does not end the daemon: it is not ready, and its log says why."""
    host.daemon.config.write_text(host.daemon.config.read_text().replace('secret = "', 'secret = "not-'))
    await host.daemon.start(ready=False)
    await host.daemon.wait_for("/readyz", 503)

    async def told() -> bool:
        return "Authentication failed" in host.daemon.messages

    await eventually(told, 10)
    assert "not-s3cret" not in host.daemon.messages
    assert await host.daemon.stop() == 0


async def test_a_second_one_leaves_the_first_alone(host: Host) -> None:
    """A second daemon with the same configuration ends with the reason, and the first serves on."""
    await host.daemon.start()
    assert "another c2cd serves with this database" in await refuse_to_serve(host.daemon)
    await host.make_token()
    item = await host.daemon.click(await host.daemon.create_button(), CONTACT)
    assert item.json()["data"]["result"] == "success"


async def test_it_listens_on_a_unix_socket(host: Host) -> None:
    """With listen = unix:PATH it answers there, to every user, and takes the socket away when it ends."""
    path = host.daemon.folder / "c2cd.sock"
    rewrite(host.daemon, f'"127.0.0.1:{host.daemon.port}"', f'"unix:{path}"')
    command = ("-m", "c2cd", "serve", "--config", str(host.daemon.config))
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, stderr=asyncio.subprocess.DEVNULL
    )
    try:

        async def answers() -> bool:
            transport = httpx.AsyncHTTPTransport(uds=str(path))
            try:
                async with httpx.AsyncClient(transport=transport) as client:
                    return (await client.get("http://c2cd/healthz")).status_code == 200
            except httpx.TransportError:
                return False

        await eventually(answers, 10)
        assert path.stat().st_mode & 0o777 == 0o666
    finally:
        process.terminate()
        code = await process.wait()
    assert code == 0
    assert not path.exists()


async def test_a_file_that_is_no_socket_stays(host: Host) -> None:
    """Where listen = unix:PATH names an ordinary file, serve says so and leaves the file alone."""
    path = host.daemon.folder / "precious.txt"
    path.write_text("precious")
    rewrite(host.daemon, f'"127.0.0.1:{host.daemon.port}"', f'"unix:{path}"')
    assert "http.listen: can't listen" in await refuse_to_serve(host.daemon)
    assert path.read_text() == "precious"


async def test_a_log_that_nobody_reads_does_not_keep_it(host: Host) -> None:
    """With the event log in a pipe that nobody reads, clicks go on, and TERM ends the daemon all the same."""
    rewrite(host.daemon, f'events = "{host.daemon.events_file}"', 'events = "-"')
    command = ("-m", "c2cd", "serve", "--config", str(host.daemon.config))
    reading, writing = os.pipe()
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, stdout=writing, stderr=asyncio.subprocess.DEVNULL
    )
    os.close(writing)
    try:
        await host.daemon.wait_for("/readyz")
        await host.make_token()
        button_id = await host.daemon.create_button()
        for _ in range(8):  # of 200 lines with 80 letters of the contact each: more than a pipe holds
            refusing = (host.daemon.click(button_id, "x" * 80) for _ in range(50))
            assert {answer.status_code for answer in await asyncio.gather(*refusing)} == {400}
        process.terminate()
        await asyncio.wait_for(process.wait(), 15)
    finally:
        os.close(reading)
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_events_go_to_stdout_where_none_is_named(host: Host) -> None:
    """Without a file for it the event log is stdout, one JSON object a line, and messages are stderr."""
    rewrite(host.daemon, f'events = "{host.daemon.events_file}"', "")
    await host.daemon.start()
    await host.make_token()
    await host.daemon.click(await host.daemon.create_button(), f"+1555{LONG_TALK}")
    assert await host.daemon.stop() == 0
    lines = [line for line in host.daemon.messages.splitlines() if line.startswith("{")]
    assert len(lines) == 6
    assert '"event":"call.bridged"' in lines[-1]
