"""Which leg shows what, whichever of them is dialled first."""

import re
from typing import Any

import pytest

from tests.web.site import CONTACT, Site

pytestmark = pytest.mark.asyncio(loop_scope="package")

both_orders = pytest.mark.parametrize("dial_first", ["extension", "contact"])


async def shown(site: Site, **document: Any) -> dict[str, str]:
    """Click a button, and give what each phone shows by the order that reached the switch."""
    button_id = await site.button(**document)
    await site.connect(button_id)
    (order,) = site.orders(button_id)
    second = re.search(r"if\((.*)\)$", order["data"])
    assert second is not None
    first_name, second_name = (
        ("extension", "contact") if order["channel"].startswith("Local/1001@") else ("contact", "extension")
    )
    assert first_name == document["dial_first"]
    return {first_name: order["callerid"], second_name: second[1]}


@both_orders
async def test_extension_shows_name_and_contact(site: Site, dial_first: str) -> None:
    """Without a caller_id_number the extension's phone shows the button's name and the contact."""
    assert (await shown(site, dial_first=dial_first))["extension"] == f'"Sales" <{CONTACT}>'


@both_orders
async def test_extension_shows_name_and_caller_id_number(site: Site, dial_first: str) -> None:
    """With a caller_id_number the extension's phone shows the button's name and that number."""
    seen = await shown(site, dial_first=dial_first, caller_id_number="15559999")
    assert seen["extension"] == '"Sales" <15559999>'


@both_orders
async def test_contact_shows_outbound_callee_id(site: Site, dial_first: str) -> None:
    """The contact's phone shows outbound_callee_id_name and outbound_callee_id_number."""
    seen = await shown(
        site,
        dial_first=dial_first,
        outbound_callee_id_name="Acme",
        outbound_callee_id_number="15550000",
    )
    assert seen["contact"] == '"Acme" <15550000>'


@both_orders
async def test_contact_shows_the_extension_for_both(site: Site, dial_first: str) -> None:
    """Without either of them the contact's phone shows the extension, as name and as number."""
    assert (await shown(site, dial_first=dial_first))["contact"] == '"1001" <1001>'


@both_orders
async def test_contact_shows_the_extension_for_a_missing_name(site: Site, dial_first: str) -> None:
    """Without a name alone the extension stands in for the name."""
    seen = await shown(site, dial_first=dial_first, outbound_callee_id_number="15550000")
    assert seen["contact"] == '"1001" <15550000>'


@both_orders
async def test_contact_shows_the_extension_for_a_missing_number(site: Site, dial_first: str) -> None:
    """Without a number alone the extension stands in for the number."""
    seen = await shown(site, dial_first=dial_first, outbound_callee_id_name="Acme")
    assert seen["contact"] == '"Acme" <1001>'
