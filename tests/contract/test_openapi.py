"""The OpenAPI document says what the daemon does: held to it by thousands of made-up requests."""

from pathlib import Path
from typing import Any

import pytest

from tests.contract.schemathesis import hold_to_document
from tests.web.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def document(site: Site) -> dict[str, Any]:
    """Give the document, as anybody may read it."""
    response = await site.http.get("/v2/openapi.json")
    assert (response.status_code, response.headers["content-type"]) == (200, "application/json")
    content: dict[str, Any] = response.json()
    return content


async def test_the_document_names_every_verb(site: Site) -> None:
    """Each path of the document knows the verbs that it names, and no other."""
    button_id = await site.button()
    call = await site.call(button_id)
    token = {"x-auth-token": site.tokens["acme"]}
    for path, verbs in (await document(site))["paths"].items():
        where = path.format(account_id="acme", button_id=button_id, call_id=call["call_id"])
        params = {"call_token": call["call_token"]}
        response = await site.http.request("PROPFIND", where, headers=token, params=params)
        assert response.status_code == 405
        allowed = response.headers["allow"].lower().split(", ")
        assert sorted(allowed) == sorted(verbs), path


async def test_the_document_is_made_of_the_structs(site: Site) -> None:
    """The document has a button's fields with the very bounds by which they are validated."""
    button = (await document(site))["components"]["schemas"]["ClickToCall"]
    assert button["required"] == ["name", "extension"]
    timeout = dict(button["properties"]["timeout"])
    assert "Seconds" in timeout.pop("description")
    assert timeout == {"type": "integer", "minimum": 1, "maximum": 600, "default": 30}


async def test_the_document_says_what_each_field_means(site: Site) -> None:
    """Each field of a button has its meaning."""
    fields = (await document(site))["components"]["schemas"]["ClickToCall"]["properties"]
    assert [name for name, field in fields.items() if not field.get("description")] == []


async def test_no_answer_is_outside_the_document(site: Site, tmp_path: Path) -> None:
    """Whatever a request holds, its answer is one that the document has, and never a failure of ours."""
    button_id, doomed = await site.button("open"), await site.button("open")
    call = await site.call(button_id, account="open")
    said = await hold_to_document(
        site.daemon.url,
        site.tokens["open"],
        tmp_path,
        account_id="open",
        button_id=button_id,
        doomed_id=doomed,
        call_id=call["call_id"],
        call_token=call["call_token"],
    )
    assert "23 selected / 25 total" in said  # all but the two streams, which have no end
