"""Thousands of requests that nobody means well with: what they were answered, and every byte that left.

Each request is read by simple rules of our own, which say whether it may dial and whom. What may not is
answered by a 4xx; and the record of the wire has one Originate for each call that was answered, of the very
numbers that were clicked, and nothing else that is not expected.
"""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
import pytest_asyncio
from hypothesis import strategies as st

from tests import hostile
from tests.contract.schemathesis import hold_to_document
from tests.lab.asterisk import Asterisk
from tests.lab.fixtures import HANGS_UP
from tests.process import Daemon, running
from tests.readings import contact_of, may_be_saved, reads_as
from tests.real.siege import ACCOUNT, CONTACT, Siege
from tests.switch.proxy import Proxy

pytestmark = pytest.mark.asyncio(loop_scope="session")

# By which headers the texts of a button come to the switch, beside its caller IDs.
WAYS_IN = (
    "EarlyMedia: true",
    "Variable: CHANNEL(musicclass)=",
    "Variable: PJSIP_HEADER(add,X-Order)=",
    "Variable: __C2CD_VAR_",
)


@pytest_asyncio.fixture(loop_scope="session")
async def siege(asterisk: Asterisk, tmp_path: Path) -> AsyncIterator[Siege]:
    """Give it all, with nothing asked yet."""
    proxy = Proxy(asterisk.ami_port)
    async with proxy.listening() as port:
        daemon = Daemon(tmp_path, port, HANGS_UP, asterisk.managers[HANGS_UP].secret, more=ACCOUNT)
        trusting = daemon.config.read_text().replace("[http]", '[http]\ntrusted_proxies = ["127.0.0.1"]')
        daemon.config.write_text(trusting)
        async with running(daemon), httpx.AsyncClient(base_url=daemon.url, timeout=60) as http:
            yield Siege(daemon, proxy, asterisk, http, await daemon.make_token(account="hostile"))


async def test_contacts(siege: Siege) -> None:
    """A contact is called as it reads, by whatever way it comes; one that does not read gets a 4xx."""
    buttons = [await siege.button(), await siege.button(dial_first="contact")]

    async def click(attempt: tuple[str, int, str]) -> None:
        contact, which, way = attempt
        url = f"/{buttons[which]}/connect"
        if way == "json":
            response = await siege.ask("POST", url, json={"data": {"contact": contact}})
        elif way == "form":
            typed = {"content-type": b"application/x-www-form-urlencoded"}
            response = await siege.ask(
                "POST", url, headers=typed, content=urlencode({"contact": contact}).encode()
            )
        else:
            response = await siege.ask("GET", url, params={"contact": contact})
        if way != "json" and contact.startswith(" "):
            contact = f"+{contact[1:]}"
        assert siege.note(response, contact) == (reads_as(contact) is not None), (contact, response.text)

    ways = st.sampled_from(["json", "json", "form", "query"])
    made = st.tuples(hostile.contacts, st.integers(0, 1), ways)
    attempts = await asyncio.to_thread(hostile.examples, made, 1500)
    spoiled = [(contact, which, "json") for contact in hostile.SPOILED_CONTACTS for which in (0, 1)]
    await siege.every([*spoiled, *attempts], click)
    await siege.assert_unharmed()
    assert siege.dialled() == siege.placed
    assert len(siege.placed) > 300
    assert siege.statuses[400] > 1000


async def test_documents(siege: Siege) -> None:
    """A button is saved if it reads, and then its click is placed with nothing that its texts could do."""

    async def save_and_click(attempt: tuple[dict[str, Any], str, str]) -> None:
        more, first, contact = attempt
        document = {"dial_first": first, **more}
        saved = await siege.ask("PUT", "", json={"data": document})
        assert (saved.status_code == 201) == may_be_saved(document), (document, saved.text)
        if saved.status_code == 201:
            button_id = saved.json()["data"]["id"]
            clicked = await siege.ask("POST", f"/{button_id}/connect", json={"data": {"contact": contact}})
            may_be_refused = {"hours", "allowed_origins", "whitelist"} & document.keys()
            assert siege.note(clicked, contact, document["extension"]) or may_be_refused, (
                document,
                clicked.text,
            )

    first, contacts = ["extension", "contact"], [CONTACT, "sip:bob@example.com"]
    made = st.tuples(hostile.documents, st.sampled_from(first), st.sampled_from(contacts))
    attempts = await asyncio.to_thread(hostile.examples, made, 700)
    spoiled = [(document, which, CONTACT) for document in hostile.SPOILED_DOCUMENTS for which in first]
    # What is drawn depends on all that is loaded, and such headers on three things at once.
    headed = {"name": "Sales", "extension": "1001", "custom_sip_headers": {"X-Order": "7"}}
    await siege.every([(headed, *which) for which in zip(first, contacts, strict=True)], save_and_click)
    await siege.every([*spoiled, *attempts], save_and_click)
    await siege.assert_unharmed()
    assert siege.dialled() == siege.placed
    assert len(siege.placed) > 200
    lines = {f"{name}: {value}" for one in siege.sent() for name, value in one.headers}
    assert [way for way in WAYS_IN if not any(line.startswith(way) for line in lines)] == []
    assert any(not line.isascii() for line in lines)
    assert siege.statuses[400] > 200


async def test_headers_queries_and_bodies(siege: Siege) -> None:
    """Whatever else a request holds, it dials whom it says, in full, or nobody."""
    button = await siege.button()
    url = f"/{button}/connect"
    whole = {"contact": CONTACT}

    async def click(attempt: tuple[dict[str, bytes], str, bytes]) -> None:
        headers, query, body = attempt
        response = await siege.ask("POST", f"{url}?{query}", headers=headers, content=body)
        is_placed = response.status_code < 400 and "call_id" in response.json()["data"]
        assert is_placed or response.status_code >= 400 or "dry_run" in query
        if is_placed:
            siege.note(
                response,
                contact_of(query, body, is_form="form" in headers.get("content-type", b"").decode("latin-1")),
            )
        await siege.ask("PATCH", f"/{button}", headers={**headers, "if-match": b'"x"'}, content=body)
        assert (await siege.ask("GET", f"?{query}", headers=headers)).status_code in {200, 400, 401, 431}

    headers: st.SearchStrategy[dict[str, bytes]] = (
        hostile.headers | st.just({"content-type": b"application/x-www-form-urlencoded"}) | st.just({})
    )
    bodies = hostile.bodies(whole) | st.just(json.dumps({"data": whole}).encode())
    made = st.tuples(headers, st.just("") | hostile.queries, bodies)
    await siege.every(await asyncio.to_thread(hostile.examples, made, 1000), click)
    await siege.assert_unharmed()
    assert siege.dialled() == siege.placed
    assert len(siege.placed) > 50
    assert siege.statuses[400] > 500


async def test_the_openapi_document(siege: Siege, tmp_path: Path) -> None:
    """Played with by its own OpenAPI document, the daemon sends nothing that it does not expect itself to."""
    button, doomed = await siege.button(), await siege.button()
    answer = await siege.ask(
        "POST", f"/{button}/connect", json={"data": {"contact": CONTACT, "blocking": True}}
    )
    await hold_to_document(
        siege.daemon.url,
        siege.token,
        tmp_path,
        account_id="hostile",
        button_id=button,
        doomed_id=doomed,
        call_id=answer.json()["data"]["call_id"],
        call_token=answer.json()["data"]["call_token"],
    )
    await siege.assert_unharmed()
    with closing(sqlite3.connect(f"file:{siege.daemon.database}?mode=ro", uri=True)) as database:
        rows = database.execute("SELECT id, extension, contact FROM calls").fetchall()
    assert siege.dialled() == {call_id: {extension, contact} for call_id, extension, contact in rows}
    assert all(reads_as(contact) == contact for _, _, contact in rows)
    assert len(rows) > 10
