"""What else a button says, read from the INVITEs that real phones get."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.lab.ami import Session
from tests.lab.asterisk import Asterisk
from tests.lab.phones import Phone
from tests.process import Daemon, running
from tests.real.conftest import daemon_for

pytestmark = pytest.mark.asyncio(loop_scope="session")

CONTACT = "+15551234"
LOCAL = 'extension_channel = "Local/{number}@c2cd-extension/n"\n'
DIRECT = 'extension_channel = "PJSIP/{number}"\n'
DIRECT_CONTACT = 'contact_channel = "PJSIP/{number}@trunk"\n'
SIGNS = "a,b${EVAL(x)}\"\\';~ \u00fc"


@asynccontextmanager
async def serving(asterisk: Asterisk, folder: Path, account: str) -> AsyncIterator[Daemon]:
    """Run a daemon whose account has these keys beside the usual ones."""
    async with running(daemon_for(asterisk, folder, more=account)) as daemon:
        yield daemon


async def talk(daemon: Daemon, query: str = "", **document: object) -> None:
    """Click a button made of this document, and wait until the two talk."""
    button = await daemon.create_button(**document)
    answer = await daemon.request("POST", f"/{button}/connect{query}", {"contact": CONTACT, "blocking": True})
    assert answer.json()["data"].get("result") == "success", answer.text


async def invited(phone: Phone) -> list[tuple[str, str]]:
    """Give the headers of a phone's one INVITE."""
    await phone.wait_for_invites(1)
    text = await phone.wait_for_request("INVITE")
    lines = text.partition("\n\n")[0].splitlines()[1:]
    headers = [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines)]
    assert len(phone.invites()) == 1
    return headers


async def values(phone: Phone, *names: str) -> list[str]:
    """Give the values of these headers in a phone's one INVITE, wherever they stand in it."""
    return [value for name, value in await invited(phone) if name in names]


AUTO = ("Call-Info", "Alert-Info")


def answering(realm: str) -> list[str]:
    """Give what has a phone answer by itself."""
    return [f"<sip:{realm}>;answer-after=0", f"<http://{realm}>;info=alert-autoanswer;delay=0"]


@pytest.mark.parametrize("dial_first", ["extension", "contact"])
@pytest.mark.parametrize("contact_channel", ["", DIRECT_CONTACT], ids=["Local", "PJSIP"])
async def test_the_shipped_dialplan_has_the_extension_answer(
    asterisk: Asterisk,
    extension_phone: Phone,
    contact_phone: Phone,
    tmp_path: Path,
    contact_channel: str,
    dial_first: str,
) -> None:
    """Behind a Local channel the extension's phone gets both headers when asked for, the contact's none."""
    async with serving(asterisk, tmp_path, LOCAL + contact_channel) as daemon:
        await talk(daemon, "?auto_answer=true", dial_first=dial_first)
    assert sorted(await values(extension_phone, *AUTO)) == sorted(answering("localhost"))
    assert await values(contact_phone, *AUTO) == []


@pytest.mark.parametrize("contact_channel", ["", DIRECT_CONTACT], ids=["Local", "PJSIP"])
async def test_a_pjsip_channel_has_the_extension_answer(
    asterisk: Asterisk, extension_phone: Phone, contact_phone: Phone, tmp_path: Path, contact_channel: str
) -> None:
    """Dialled first and directly, the extension's phone gets both headers, the contact's none."""
    async with serving(asterisk, tmp_path, DIRECT + contact_channel) as daemon:
        await talk(daemon, "?auto_answer=true")
    assert sorted(await values(extension_phone, *AUTO)) == sorted(answering("acme.example"))
    assert await values(contact_phone, *AUTO) == []


@pytest.mark.parametrize("extension_channel", [LOCAL, DIRECT], ids=["Local", "PJSIP"])
async def test_nobody_answers_unasked(
    asterisk: Asterisk, extension_phone: Phone, contact_phone: Phone, tmp_path: Path, extension_channel: str
) -> None:
    """A click that does not ask for it rings the extension's phone as any call does."""
    async with serving(asterisk, tmp_path, extension_channel) as daemon:
        await talk(daemon)
    assert await values(extension_phone, *AUTO) == await values(contact_phone, *AUTO) == []


@pytest.mark.parametrize("dial_first", ["extension", "contact"])
async def test_a_variable_reaches_the_dialplan_and_nothing_evaluates_it(
    asterisk: Asterisk, extension_phone: Phone, contact_phone: Phone, tmp_path: Path, dial_first: str
) -> None:
    """Whatever a variable's value says, the dialplan has it percent-encoded, and can read it as it was."""
    assert extension_phone.invites() == []
    async with serving(asterisk, tmp_path, 'contact_channel = "Local/{number}@telling/n"\n') as daemon:
        await talk(daemon, dial_first=dial_first, custom_application_vars={"order-note": SIGNS})
    assert await values(contact_phone, "X-Came") == ["a%2Cb%24%7BEVAL%28x%29%7D%22%5C%27%3B%7E%20%C3%BC"]
    assert await values(contact_phone, "X-Decoded") == [SIGNS]


async def test_the_longest_variables_are_taken(
    asterisk: Asterisk, extension_phone: Phone, contact_phone: Phone, tmp_path: Path
) -> None:
    """As many variables as may be, each as long as may be, reach the dialplan whole."""
    more = {f"{number:02}{'n' * 62}": "x" * 900 for number in range(31)}
    halves = [dict(list(more.items())[:16]), {**dict(list(more.items())[16:]), "order-note": "y" * 900}]
    async with serving(asterisk, tmp_path, 'contact_channel = "Local/{number}@telling/n"\n') as daemon:
        button = await daemon.create_button()
        for half in halves:  # a body has 16 KiB at most
            saved = await daemon.request("PATCH", f"/{button}", {"custom_application_vars": half})
            assert saved.status_code == 200, saved.text
        answer = await daemon.click(button, CONTACT)
        assert answer.json()["data"].get("result") == "success", answer.text
    assert len(extension_phone.invites()) == 1
    assert await values(contact_phone, "X-Came") == ["y" * 900]


async def test_headers_reach_a_contact_that_is_dialled_first(
    asterisk: Asterisk, extension_phone: Phone, contact_phone: Phone, tmp_path: Path
) -> None:
    """The contact's phone gets the X- headers of the top level and of out, and the extension's none."""
    headers = {
        "X-Order": "no. 5/7 +1:2@a-b",
        "X-Number": 42,
        "X-Truth": True,
        "Via": "SIP/2.0/UDP evil",
        "X-Bad": "a\r\nX-Evil: 1",
        "out": {"X-Out": "yes", "x-order": "mine"},
        "in": {"X-In": "1"},
    }
    async with serving(asterisk, tmp_path, DIRECT_CONTACT) as daemon:
        await talk(daemon, dial_first="contact", custom_sip_headers=headers)
    got = {(name, value) for name, value in await invited(contact_phone) if name.lower().startswith("x-")}
    assert got == {("x-order", "mine"), ("X-Number", "42"), ("X-Truth", "true"), ("X-Out", "yes")}
    assert not [name for name, _ in await invited(extension_phone) if name.lower().startswith("x-")]


async def test_sounds_and_ringing_disturb_no_call(
    daemon: Daemon, recorder: Session, extension_phone: Phone, contact_phone: Phone
) -> None:
    """A call with ringback, music on hold and early media comes about as any other, with that music."""
    await talk(
        daemon,
        ringback="%(2000,4000,440,480)",
        music_on_hold={"media_id": "acme-hold"},
        media={"ignore_early_media": False},
    )
    assert len(extension_phone.invites()) == len(contact_phone.invites()) == 1
    channels = await recorder.listing(("Action", "CoreShowChannels"))
    (first,) = [channel for channel in channels if channel["Uniqueid"] == channel["Linkedid"]]
    music = await recorder.action(
        ("Action", "Getvar"), ("Channel", first["Channel"]), ("Variable", "CHANNEL(musicclass)")
    )
    assert music["Value"] == "acme-hold"
