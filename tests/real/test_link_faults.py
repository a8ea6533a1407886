"""The link between a daemon and a real switch, cut and watched by a proxy on its wire."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.lab.asterisk import Asterisk
from tests.lab.phones import Phone
from tests.lab.scenario import answers
from tests.process import Daemon, eventually, running
from tests.switch.proxy import Proxy

pytestmark = pytest.mark.asyncio(loop_scope="session")

CONTACT = "+15551234"
HOSTILE = [
    "+1555\r\nAction: Originate",
    "+1555\n1234",
    "+1555\x001234",
    "300&301",
    "1001/n",
    "1001,30",
    "${SHELL(id)}",
    "1001|30",
    "\u0660\u0661\u0662\u0663\u0664",
    "\uff11\uff12\uff13\uff14\uff15",
    "sip:bob@127.0.0.1;x=1",
    "sip:bob@127.0.0.1\r\nX: y",
]


@pytest_asyncio.fixture(loop_scope="session")
async def proxy(asterisk: Asterisk) -> Proxy:
    """Give a proxy to the switch, which does not listen yet."""
    return Proxy(asterisk.ami_port)


@pytest_asyncio.fixture(loop_scope="session")
async def watched(asterisk: Asterisk, proxy: Proxy, folder: Path) -> AsyncIterator[Daemon]:
    """Give a daemon that reaches the switch through the proxy."""
    async with (
        proxy.listening() as port,
        running(Daemon(folder, port, asterisk.username, asterisk.secret)) as daemon,
    ):
        yield daemon


def originates(proxy: Proxy) -> int:
    """Count the Originates that left the daemon."""
    return proxy.sent.count(b"Action: Originate")


async def test_the_link_is_cut_right_after_an_originate_left(
    watched: Daemon, proxy: Proxy, extension_phone: Phone, contact_phone: Phone
) -> None:
    """An Originate whose answer was lost with the link is not sent again; its call is followed to the end."""
    await contact_phone.behave(answers(talks=1))
    button = await watched.create_button()
    proxy.stall(answers_only=True)

    async def order_left() -> bool:
        return originates(proxy) == 1 and len(extension_phone.invites()) == 1

    async def click() -> tuple[int, str]:
        answer = await watched.request("POST", f"/{button}/connect", {"contact": CONTACT})
        return answer.status_code, answer.json()["message"]

    clicking = asyncio.create_task(click())
    await eventually(order_left, 10)
    proxy.cut()
    proxy.flow()

    assert await clicking == (504, "switch_silent")
    item = await watched.wait_until(button, "ended")
    assert item["result"] == "success"
    assert originates(proxy) == 1
    assert len(extension_phone.invites()) == len(contact_phone.invites()) == 1


async def test_a_click_while_the_link_is_down(
    watched: Daemon, proxy: Proxy, extension_phone: Phone, contact_phone: Phone
) -> None:
    """A click while the link is down is refused, and nothing of it is sent once the link is back."""
    button = await watched.create_button()
    proxy.refusing = True
    proxy.cut()
    await watched.wait_for("/readyz", 503)

    assert (await watched.click(button, CONTACT)).status_code == 503

    proxy.refusing = False
    await watched.wait_for("/readyz")
    assert originates(proxy) == 0
    assert await watched.history(button) == []
    await watched.click(button, CONTACT)  # the link works, and what would have come late would be here by now
    assert originates(proxy) == 1
    assert len(extension_phone.invites()) == len(contact_phone.invites()) == 1


async def test_not_one_byte_of_a_hostile_contact(watched: Daemon, proxy: Proxy) -> None:
    """A contact that is neither a number nor a URI gets a 400, and nothing at all goes to the switch."""
    button = await watched.create_button()
    before = without_pings(proxy)
    for contact in HOSTILE:
        answer = await watched.click(button, contact)
        assert (answer.status_code, list(answer.json()["data"])) == (400, ["contact"]), contact
    assert without_pings(proxy) == before
    denied = await watched.lines("click.denied", len(HOSTILE))
    assert [line["rule"] for line in denied] == ["number"] * len(HOSTILE)


def without_pings(proxy: Proxy) -> bytes:
    """Give what left the daemon but for its pings."""
    return re.sub(rb"Action: Ping\r\nActionID: [^\r]+\r\n\r\n", b"", bytes(proxy.sent))
