"""What each phone shows, read from the INVITEs that real phones get."""

import pytest

from tests.lab.asterisk import Asterisk
from tests.lab.phones import Phone
from tests.lab.scenario import answers
from tests.process import Daemon

pytestmark = pytest.mark.asyncio(loop_scope="session")

CONTACT = "+15551234"
SHOWN = {
    "caller_id_number": "+15559999",
    "outbound_callee_id_name": "Acme Support",
    "outbound_callee_id_number": "15550000",
}


async def shown(phone: Phone) -> set[tuple[str, str]]:
    """Give all the names and numbers that the phone's one INVITE shows."""
    (invite,) = await phone.wait_for_invites(1)
    return {(invite.from_name, invite.from_number), (invite.rpid_name, invite.rpid_number)}


@pytest.mark.parametrize("dial_first", ["extension", "contact"])
async def test_each_phone_shows_its_own_id(
    daemon: Daemon, extension_phone: Phone, contact_phone: Phone, dial_first: str
) -> None:
    """The extension sees name and caller_id_number, the contact the callee's, in both dial orders."""
    button = await daemon.create_button(dial_first=dial_first, **SHOWN)
    answer = await daemon.click(button, CONTACT)
    assert answer.json()["data"].get("result") == "success", answer.text
    assert await shown(extension_phone) == {("Sales", "+15559999")}
    assert await shown(contact_phone) == {("Acme Support", "15550000")}


@pytest.mark.parametrize("dial_first", ["extension", "contact"])
async def test_each_phone_shows_its_default(
    daemon: Daemon, extension_phone: Phone, contact_phone: Phone, dial_first: str
) -> None:
    """With nothing said, the extension sees the contact's number, and the contact sees the extension."""
    button = await daemon.create_button(dial_first=dial_first)
    answer = await daemon.click(button, CONTACT)
    assert answer.json()["data"].get("result") == "success", answer.text
    assert await shown(extension_phone) == {("Sales", CONTACT)}
    assert await shown(contact_phone) == {("1001", "1001")}


@pytest.mark.parametrize("dial_first", ["extension", "contact"])
async def test_a_sip_uri_is_called(
    daemon: Daemon, asterisk: Asterisk, extension_phone: Phone, contact_phone: Phone, dial_first: str
) -> None:
    """A SIP URI is called as it stands; a phone shows its user, which is what a caller ID can carry."""
    await extension_phone.behave(answers(rings=0.1))
    button = await daemon.create_button(dial_first=dial_first, **{**SHOWN, "caller_id_number": None})
    uri = f"sip:bob@127.0.0.1:{asterisk.ports.contact_phone}"
    item = (await daemon.click(button, uri)).json()["data"]
    assert (item["result"], item["contact"]) == ("success", uri)
    (invite,) = await contact_phone.wait_for_invites(1)
    assert invite.request_uri.startswith(uri)
    assert await shown(contact_phone) == {("Acme Support", "15550000")}
    assert await shown(extension_phone) == {("Sales", "bob")}


@pytest.mark.parametrize("dial_first", ["extension", "contact"])
async def test_a_name_breaks_out_of_nothing(
    daemon: Daemon, extension_phone: Phone, contact_phone: Phone, dial_first: str
) -> None:
    """A name is shown without what means something in a dial string, and dials nothing else."""
    name = 'A"),g,&PJSIP/1001 ${SHELL(id)} \\;|<1> b)é'
    button = await daemon.create_button(dial_first=dial_first, name=name, outbound_callee_id_name=name)
    answer = await daemon.click(button, CONTACT)
    assert answer.json()["data"].get("result") == "success", answer.text
    assert {shown_name for shown_name, _ in await shown(extension_phone)} == {"A g PJSIP/1001 Shell id 1 b é"}
    assert {shown_name for shown_name, _ in await shown(contact_phone)} == {"A g PJSIP/1001 Shell id 1 b é"}
    assert len(extension_phone.invites()) == len(contact_phone.invites()) == 1
