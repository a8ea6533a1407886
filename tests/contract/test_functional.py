"""Kazoo's own functional test of the resource, one step after the other."""

from typing import Any

import pytest

from tests.web.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="package")

ACCOUNT = "open"


async def test_kazoos_sequence(site: Site) -> None:
    """Empty list, create, patch an unknown field, the list shows it, delete, the list is empty."""

    async def listed() -> list[dict[str, Any]]:
        response = await site.ask("GET", account=ACCOUNT)
        assert response.status_code == 200
        rows: list[dict[str, Any]] = response.json()["data"]
        return rows

    assert await listed() == []

    created = await site.put(ACCOUNT, name="functional", extension="2600")
    assert created.status_code == 201
    button_id = created.json()["data"]["id"]

    patched = await site.ask("PATCH", f"/{button_id}", account=ACCOUNT, json={"data": {"custom": "anything"}})
    assert patched.status_code == 200
    assert patched.json()["data"]["custom"] == "anything"

    assert await listed() == [{"id": button_id, "name": "functional", "extension": "2600"}]

    deleted = await site.ask("DELETE", f"/{button_id}", account=ACCOUNT)
    assert (deleted.status_code, deleted.json()["data"]["id"]) == (200, button_id)
    assert await listed() == []
