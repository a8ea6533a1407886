"""The resource: each verb on each path, what it does and what its success looks like."""

import pytest

from tests.web.site import CONTACT, Site, assert_refused, faults_of

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_get_clicktocall_lists_the_buttons(site: Site) -> None:
    """GET on the collection is 200 with the account's buttons as a list."""
    button_id = await site.button()
    response = await site.ask("GET")
    assert response.status_code == 200
    assert button_id in [row["id"] for row in response.json()["data"]]


async def test_put_clicktocall_creates(site: Site) -> None:
    """PUT on the collection is 201 with the new document and a location header that leads to it."""
    response = await site.put(name="Sales", extension="1001")
    assert response.status_code == 201
    document = response.json()["data"]
    assert (document["name"], document["extension"]) == ("Sales", "1001")
    location = response.headers["location"]
    assert location.endswith(f"/v2/accounts/acme/clicktocall/{document['id']}")
    fetched = await site.http.get(location, headers={"x-auth-token": site.tokens["acme"]})
    assert fetched.json()["data"] == document


async def test_get_clicktocall_id_fetches(site: Site) -> None:
    """GET on a button is 200 with its document and its id."""
    button_id = await site.button(name="Fetched")
    response = await site.ask("GET", f"/{button_id}")
    assert response.status_code == 200
    assert (response.json()["data"]["id"], response.json()["data"]["name"]) == (button_id, "Fetched")


async def test_post_clicktocall_id_replaces_every_public_field(site: Site) -> None:
    """POST on a button is 200, and no field of the former document is left beside the id."""
    button_id = await site.button(throttle=9, timeout=10, note="old")
    body = {"data": {"name": "Support", "extension": "1002", "shade": "green"}}
    response = await site.ask("POST", f"/{button_id}", json=body)
    assert response.status_code == 200
    document = (await site.ask("GET", f"/{button_id}")).json()["data"]
    assert (document["id"], document["name"], document["extension"]) == (button_id, "Support", "1002")
    assert (document["shade"], document["timeout"]) == ("green", 30)
    assert not document.keys() & {"throttle", "note"}


async def test_patch_clicktocall_id_merges_recursively(site: Site) -> None:
    """PATCH on a button is 200, changes what it names at any depth, and leaves the rest."""
    button_id = await site.button(throttle=9, ui={"color": "red", "size": {"x": 1, "y": 2}})
    body = {"data": {"name": "New", "ui": {"size": {"y": 3}}}}
    response = await site.ask("PATCH", f"/{button_id}", json=body)
    assert response.status_code == 200
    document = (await site.ask("GET", f"/{button_id}")).json()["data"]
    assert (document["name"], document["extension"], document["throttle"]) == ("New", "1001", 9)
    assert document["ui"] == {"color": "red", "size": {"x": 1, "y": 3}}


async def test_patch_clicktocall_id_null_removes_a_key(site: Site) -> None:
    """A null in a PATCH takes the key away, at any depth."""
    button_id = await site.button(throttle=9, ui={"color": "red", "size": 1})
    await site.ask("PATCH", f"/{button_id}", json={"data": {"throttle": None, "ui": {"size": None}}})
    document = (await site.ask("GET", f"/{button_id}")).json()["data"]
    assert "throttle" not in document
    assert document["ui"] == {"color": "red"}


async def test_patch_clicktocall_id_replaces_arrays(site: Site) -> None:
    """An array in a PATCH takes the former one's place as a whole."""
    button_id = await site.button(whitelist=["^1", "^2"])
    await site.ask("PATCH", f"/{button_id}", json={"data": {"whitelist": ["^3"]}})
    assert (await site.ask("GET", f"/{button_id}")).json()["data"]["whitelist"] == ["^3"]


async def test_patch_clicktocall_id_is_validated_whole(site: Site) -> None:
    """A PATCH whose result is no valid document is 400, and changes nothing."""
    button_id = await site.button()
    refused = await site.ask("PATCH", f"/{button_id}", json={"data": {"name": None, "note": "new"}})
    assert list(faults_of(refused)["name"]) == ["required"]
    document = (await site.ask("GET", f"/{button_id}")).json()["data"]
    assert document["name"] == "Sales"
    assert "note" not in document


async def test_delete_clicktocall_id_removes(site: Site) -> None:
    """DELETE on a button is 200 with the removed document, marked as deleted in _read_only."""
    button_id = await site.button(note="bye")
    before = (await site.ask("GET", f"/{button_id}")).json()["data"]
    response = await site.ask("DELETE", f"/{button_id}")
    assert response.status_code == 200
    assert response.json()["data"] == {**before, "_read_only": {"deleted": True}}


async def test_get_clicktocall_id_history_lists_its_calls(site: Site) -> None:
    """GET on a button's history is 200 with the calls made with it, and with no others."""
    button_id, other_id = await site.button(), await site.button()
    call_id = (await site.connect(button_id)).json()["data"]["call_id"]
    await site.connect(other_id)
    response = await site.ask("GET", f"/{button_id}/history")
    assert response.status_code == 200
    assert [item["call_id"] for item in response.json()["data"]] == [call_id]


@pytest.mark.parametrize("verb", ["GET", "POST"])
async def test_get_and_post_clicktocall_id_connect_place_a_call(site: Site, verb: str) -> None:
    """GET and POST on a button's connect are 200, and one call is ordered from the switch."""
    button_id = await site.button()
    response = await site.ask(verb, f"/{button_id}/connect", params={"contact": CONTACT})
    assert response.status_code == 200
    assert len(site.orders(button_id)) == 1


async def test_a_removed_button_is_gone(site: Site) -> None:
    """From its removal on a button is 404 for every verb, and in no list."""
    button_id = await site.button()
    await site.ask("DELETE", f"/{button_id}")
    for verb, path in (
        ("GET", ""),
        ("POST", ""),
        ("PATCH", ""),
        ("DELETE", ""),
        ("GET", "/history"),
        ("POST", "/connect"),
    ):
        response = await site.ask(verb, f"/{button_id}{path}", json={"data": {"contact": CONTACT}})
        assert_refused(response, 404, "bad_identifier", {"message": "bad identifier", "cause": button_id})
    assert button_id not in [row["id"] for row in (await site.ask("GET")).json()["data"]]


async def test_a_removed_buttons_history_stays(site: Site) -> None:
    """Removal is soft: the calls that were made with a button outlive it."""
    button_id = await site.button()
    item = await site.call(button_id)
    await site.ask("DELETE", f"/{button_id}")
    assert site.rows("SELECT id FROM calls WHERE button_id = ?", button_id) == [(item["call_id"],)]
