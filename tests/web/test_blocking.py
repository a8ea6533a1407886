"""Nothing that a client sends stops the loop, on which everybody's clicks and calls are."""

import json
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from c2cd.clock import SystemClock
from c2cd.switch.simulated import SimulatedSwitch
from c2cd.web.filters import MOST
from c2cd.web.visit import LARGEST_BODY
from tests.process import Daemon, eventually, running
from tests.web.site import SECRET, quick_phone

pytestmark = pytest.mark.asyncio(loop_scope="module")

# Milliseconds of the loop's own CPU time, in which nobody else is served.
LONGEST = 20.0

FORM = {"content-type": "application/x-www-form-urlencoded"}
# Of those that are small enough these take longest to search, and each is another one.
WORST = [f"(1*){{390}}x{number}" for number in range(200)]


@dataclass
class Watched:
    """A daemon whose loop is watched."""

    daemon: Daemon
    seen: Path

    async def longest(self) -> tuple[float, str]:
        """Give the longest callback since this was last asked: milliseconds, and which it was."""
        assert self.daemon._process is not None
        self.seen.unlink(missing_ok=True)
        self.daemon._process.send_signal(signal.SIGUSR1)

        async def told() -> str | None:
            return self.seen.read_text() if self.seen.exists() else None

        milliseconds, _, which = (await eventually(told, 10)).partition(" ")
        return float(milliseconds), which

    async def ask(self, verb: str, path: str = "", **more: Any) -> httpx.Response:
        """Make a request, of which no step may stop the loop."""
        await self.longest()
        response = await self.daemon.request(verb, path, **more)
        milliseconds, which = await self.longest()
        assert milliseconds < LONGEST, f"{which} of the answer {response.status_code}"
        return response


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def watched(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Watched]:
    """Give a daemon that has answered once, so that what is imported late is there."""
    folder = tmp_path_factory.mktemp("watched")
    seen = folder / "longest"
    async with SimulatedSwitch(SystemClock(), "c2cd", SECRET, phones=quick_phone).listening() as port:
        daemon = Daemon(folder, port, secret=SECRET)
        daemon.command = [sys.executable, "-m", "tests.loop_watch", str(seen)]
        async with running(daemon):
            button_id = await daemon.create_button()
            assert (await daemon.click(button_id, "+15551234")).status_code == 200
            assert (await daemon.request("PUT", "", {})).status_code == 400
            yield Watched(daemon, seen)


def document(**more: object) -> bytes:
    """Make the body that saves a button."""
    content = {"data": {"name": "Sales", "extension": "1001", **more}}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def filled(begin: str, unit: str, end: str) -> bytes:
    """Make the largest body that is looked at, of one thing again and again."""
    count = (LARGEST_BODY - len(begin) - len(end)) // len(unit)
    return (begin + unit * count + end).encode()


BUTTON = '{"data": {"name": "Sales", "extension": "1001", '
DOCUMENTS = {
    "patterns that hang others": (document(whitelist=["(a+)+$", "(.*)*x", "(a|a)*b"]), 201),
    "a pattern of many steps": (document(whitelist=[".{5000}"]), 400),
    "the costliest patterns": (document(whitelist=[f"(1?){{500}}1{{{n}}}" for n in range(400, 600)]), 400),
    "200 of the costliest that are taken": (document(whitelist=WORST), 201),
    "ten thousand patterns": (document(whitelist=["1"] * 10_000), 413),
    "as many patterns as come in": (document(whitelist=["1"] * 4000), 400),
    "eight thousand that are none": (document(whitelist=[1] * 8000), 400),
    "origins that are none": (filled(BUTTON + '"allowed_origins": [', "1,", "1]}}"), 400),
    "hours that are none": (filled(BUTTON + '"hours": {"timezone": "UTC", "open": [', '"",', '""]}}}'), 400),
    "fields of hours": (document(hours={f"k{number}": 1 for number in range(1200)}), 400),
    "variables": (document(custom_application_vars={f"ä{number}": 1 for number in range(1200)}), 400),
    "headers": (document(custom_sip_headers={f"ä{number}": [] for number in range(1200)}), 400),
    "headers in headers": (
        document(custom_sip_headers={f"a{n}": {f"ä{m}": [] for m in range(40)} for n in range(32)}),
        400,
    ),
    "fields that are kept": (document(**{f"k{number}": 1 for number in range(1200)}), 201),
    "a long name": (filled(BUTTON + '"caller_id_number": "', "1", '!"}}'), 400),
    "lists in lists": (filled('{"data": ', "[", ""), 400),
    "lists in lists that end": (b'{"data": ' + b"[" * 900 + b"]" * 900 + b"}", 400),
    "many lists": (filled(BUTTON + '"x": [', "[],", "[]]}}"), 201),
    "many objects": (filled(BUTTON + '"x": [', "{},", "{}]}}"), 201),
    "many deep lists": (filled('{"data": [', "[" * 100 + "]" * 100 + ",", "[]]}"), 400),
    "half a string": (filled('{"data": "', "\\u0000", ""), 400),
    "more than is read": (filled('{"data": "', "x", "x" * LARGEST_BODY), 413),
}


@pytest.mark.parametrize(("body", "status"), DOCUMENTS.values(), ids=DOCUMENTS)
async def test_documents(watched: Watched, body: bytes, status: int) -> None:
    """Whatever document is sent, nobody waits for it for longer than 20 ms."""
    assert (await watched.ask("PUT", content=body)).status_code == status


FORMS = {"fields": b"a&", "escapes": b"%", "keys and values": b"a=b&"}


@pytest.mark.parametrize("unit", FORMS.values(), ids=FORMS)
async def test_forms_and_query_strings(watched: Watched, unit: bytes) -> None:
    """A form or a query string, which take longer to read, is as long as is needed and not longer."""
    button_id = await watched.daemon.create_button()
    for size, statuses in ((LARGEST_BODY, (400, 431)), (LARGEST_BODY + 4, (413, 431)), (15_000, (400, 400))):
        text = unit * (size // len(unit))
        form = await watched.ask("POST", f"/{button_id}/connect", content=text, headers=FORM)
        query = await watched.ask("GET", f"/{button_id}/connect?{text.decode()}")
        assert (form.status_code, query.status_code) == statuses


async def test_lists_of_large_documents(watched: Watched) -> None:
    """A page of large buttons is read in turns, with as many filters as there may be."""
    body = document(**{f"k{number}": "x" for number in range(1200)})
    for _ in range(100):
        assert (await watched.daemon.request("PUT", "", content=body)).status_code == 201
    filters = "&".join(f"filter_not_k{number}=y" for number in range(MOST))
    for query in ("?page_size=100", f"?page_size=100&{filters}", "?filter_k0=y"):
        assert (await watched.ask("GET", query)).status_code == 200


async def test_a_click_on_the_costliest_whitelist(watched: Watched) -> None:
    """A click on a button with 200 of the costliest patterns holds nobody else up."""
    button_id = await watched.daemon.create_button(whitelist=WORST)
    click = {"contact": "1" * 32}
    assert (await watched.ask("POST", f"/{button_id}/connect", data=click)).status_code == 400
