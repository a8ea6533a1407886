"""Events that concern no click, by the thousand, from a real switch whose admin has set no filters."""

import asyncio
import secrets
from pathlib import Path

import pytest

from tests.lab.ami import Session
from tests.lab.asterisk import Asterisk
from tests.lab.configuration import Manager
from tests.process import Daemon, running

pytestmark = pytest.mark.asyncio(loop_scope="session")

OPEN_HANDED, TALKER = "open-handed", "talker"
LUMP = 100
CALLS = 10


async def talk(session: Session, said: list[int]) -> None:
    """Have the switch say events that are nobody's call's, as fast as it can, some with a header twice."""
    action = (("Action", "UserEvent"), ("UserEvent", "Zoë 電話"), ("Text", "x" * 400), ("ActionID", "1"))
    while True:
        for _ in range(LUMP - 1):
            await session.send(*action)
        await session.send(*action, ("ActionID", "2"))
        await session.action(("Action", "UserEvent"), ("UserEvent", "Lump"))
        said.append(LUMP)


async def test_calls_amid_events_of_no_call(asterisk: Asterisk, folder: Path) -> None:
    """Calls are placed and followed to their ends while the switch says all that happens, and much more."""
    asterisk.managers[OPEN_HANDED] = Manager(
        secret=secrets.token_hex(16), read="all", write="originate,reporting"
    )
    asterisk.managers[TALKER] = Manager(secret=secrets.token_hex(16), write="user")
    asterisk.configure()
    await asterisk.cli("manager reload")
    daemon = Daemon(folder, asterisk.ami_port, OPEN_HANDED, asterisk.managers[OPEN_HANDED].secret)
    async with running(daemon), asterisk.session(TALKER, events="off") as session:
        button_id = await daemon.create_button(extension="2000")
        said: list[int] = []
        talking = asyncio.create_task(talk(session, said))
        for _ in range(CALLS):
            item = (await daemon.click(button_id, "2004")).json()["data"]
            assert item["result"] == "success", item
        assert not talking.done()
        talking.cancel()
        assert sum(said) > CALLS * LUMP
        lines = await daemon.lines("call.ended", CALLS)
        assert [line["result"] for line in lines if line["event"] == "call.ended"] == ["success"] * CALLS
        assert "the switch is away" not in daemon.messages
