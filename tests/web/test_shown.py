"""What the switch is told to dial, and what each of the two phones shows."""

import re

import pytest

from tests.web.site import CONTACT, Site

pytestmark = pytest.mark.asyncio(loop_scope="package")


@pytest.mark.parametrize("dial_first", ["extension", "contact"])
async def test_each_phone_shows_the_other_side(site: Site, dial_first: str) -> None:
    """Whichever rings first, the extension sees name and contact, the contact sees the outbound names."""
    button_id = await site.button(
        name="Sales",
        dial_first=dial_first,
        outbound_callee_id_name="Acme",
        outbound_callee_id_number="15550000",
        timeout=9,
    )
    data = (await site.connect(button_id)).json()["data"]
    (order,) = site.orders(button_id)
    extension, contact = "Local/1001@from-internal/n", f"Local/{CONTACT}@from-internal/n"
    to_extension, to_contact = f'"Sales" <{CONTACT}>', '"Acme" <15550000>'
    shown = order["channel"], order["callerid"], order["data"]
    if dial_first == "extension":
        assert shown == (extension, to_extension, f"{contact},9,if({to_contact})")
        assert data["application_data"]["route"] == CONTACT
    else:
        assert shown == (contact, to_contact, f"{extension},9,if({to_extension})")
        assert data["application_data"]["route"] == "1001"


async def test_what_is_not_said_falls_back(site: Site) -> None:
    """Without numbers and names of its own a button shows each phone the other one."""
    button_id = await site.button(extension="1044")
    await site.connect(button_id)
    (order,) = site.orders(button_id)
    assert order["callerid"] == f'"Sales" <{CONTACT}>'
    assert order["data"].endswith(',if("1044" <1044>)')


async def test_a_caller_id_number_takes_the_contacts_place(site: Site) -> None:
    """caller_id_number is what the extension's phone shows in place of the contact."""
    button_id = await site.button(caller_id_number="15559999")
    data = (await site.connect(button_id)).json()["data"]
    (order,) = site.orders(button_id)
    assert order["callerid"] == '"Sales" <15559999>'
    assert data["outbound_caller_id_number"] == "15559999"


async def test_a_name_cant_break_out(site: Site) -> None:
    """Whatever a name holds, the order has one caller ID in it, and Dial its three arguments."""
    name = 'A"),30,f("B" <1>)\\;${EXTEN}&PJSIP/9|=`%^[x]{y}\u2028\u202e\r\nAction: Ping'
    button_id = await site.button(name=name, outbound_callee_id_name=name)
    assert (await site.connect(button_id)).status_code == 200
    (order,) = site.orders(button_id)
    shown = re.fullmatch(r'"([^"]*)" <\+15551234>', order["callerid"])
    dialled = re.fullmatch(r'Local/\+15551234@from-internal/n,30,if\("([^"]*)" <1001>\)', order["data"])
    assert shown is not None
    assert dialled is not None
    for text in (shown[1], dialled[1]):
        assert not set(text) & set(",()\"';$\\{}<>[]|&^=`%\r\n")
        assert text.isprintable()


async def test_a_sip_uri_goes_where_the_account_says(site: Site) -> None:
    """A SIP URI is dialled by the account's own template, and shown by its user."""
    button_id = await site.button()
    assert (await site.connect(button_id, "sip:bob.b@pbx.example:5070")).status_code == 200
    (order,) = site.orders(button_id)
    assert order["data"].startswith("PJSIP/trunk/sip:bob.b@pbx.example:5070,30,")
    assert order["callerid"] == '"Sales" <bob.b>'
