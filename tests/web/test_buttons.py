"""The resource: which verb on which path does what to a button."""

import pytest

from tests.web.site import Site, assert_refused, faults_of

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_put_makes_a_button(site: Site) -> None:
    """PUT answers 201 with the document, its id and where it can be fetched."""
    response = await site.put(name="Sales", extension="1001")
    document = response.json()["data"]
    assert response.status_code == 201
    assert (document["name"], document["extension"]) == ("Sales", "1001")
    assert response.headers["location"] == f"/v2/accounts/acme/clicktocall/{document['id']}"
    fetched = await site.http.get(response.headers["location"], headers={"x-auth-token": site.tokens["acme"]})
    assert fetched.json()["data"] == document


async def test_an_id_is_not_for_the_client_to_choose(site: Site) -> None:
    """An id in the document that is sent is passed over."""
    response = await site.put(name="Sales", extension="1001", id="mine")
    assert response.json()["data"]["id"] != "mine"
    assert (await site.ask("GET", "/mine")).status_code == 404


async def test_a_list_row_holds_three_fields(site: Site) -> None:
    """GET on the collection lists id, name and extension of each button, and nothing else of it."""
    button_id = await site.button(name="Listed", extension="1044", throttle=9)
    response = await site.ask("GET")
    rows = {row["id"]: row for row in response.json()["data"]}
    assert response.status_code == 200
    assert rows[button_id] == {"id": button_id, "name": "Listed", "extension": "1044"}


async def test_accounts_see_their_own_buttons(site: Site) -> None:
    """A button of one account is not in another's list, and can't be fetched or changed or clicked there."""
    button_id = await site.button()
    listed = (await site.ask("GET", account="other")).json()["data"]
    assert button_id not in {row["id"] for row in listed}
    for verb, path in (("GET", ""), ("POST", ""), ("PATCH", ""), ("DELETE", ""), ("GET", "/history")):
        response = await site.ask(verb, f"/{button_id}{path}", account="other", json={"data": {}})
        assert_refused(response, 404, "bad_identifier", {"message": "bad identifier", "cause": button_id})
    response = await site.connect(button_id, account="other")
    assert_refused(response, 404, "bad_identifier", {"message": "bad identifier", "cause": button_id})
    assert site.orders(button_id) == []


async def test_post_replaces_every_public_field(site: Site) -> None:
    """POST leaves nothing of the former document but its id; what has a default has it again."""
    button_id = await site.button(throttle=9, timeout=10, note="old", whitelist=["^1"])
    response = await site.ask(
        "POST", f"/{button_id}", json={"data": {"name": "Support", "extension": "1002", "shade": "green"}}
    )
    assert response.status_code == 200
    assert response.json()["data"] == {
        "id": button_id,
        "name": "Support",
        "extension": "1002",
        "shade": "green",
        "auth_required": True,
        "custom_application_vars": {},
        "dial_first": "extension",
        "timeout": 30,
    }
    assert (await site.ask("GET", f"/{button_id}")).json()["data"] == response.json()["data"]


async def test_patch_merges(site: Site) -> None:
    """PATCH changes what it names, at any depth, and leaves the rest."""
    button_id = await site.button(throttle=9, ui={"color": "red", "size": {"x": 1, "y": 2}})
    response = await site.ask(
        "PATCH", f"/{button_id}", json={"data": {"name": "New", "ui": {"size": {"y": 3}, "font": "serif"}}}
    )
    document = response.json()["data"]
    assert response.status_code == 200
    assert (document["name"], document["extension"], document["throttle"]) == ("New", "1001", 9)
    assert document["ui"] == {"color": "red", "size": {"x": 1, "y": 3}, "font": "serif"}


async def test_patch_removes_what_is_null(site: Site) -> None:
    """A null takes a field away, at any depth, and brings back the default of one that has it."""
    button_id = await site.button(throttle=9, timeout=10, ui={"color": "red", "size": 1})
    response = await site.ask(
        "PATCH", f"/{button_id}", json={"data": {"throttle": None, "timeout": None, "ui": {"size": None}}}
    )
    document = response.json()["data"]
    assert "throttle" not in document
    assert (document["timeout"], document["ui"]) == (30, {"color": "red"})


async def test_patch_replaces_lists(site: Site) -> None:
    """A list is taken as it is sent, not merged with the former one."""
    button_id = await site.button(whitelist=["^1", "^2", "^3"])
    response = await site.ask("PATCH", f"/{button_id}", json={"data": {"whitelist": ["^4"]}})
    assert response.json()["data"]["whitelist"] == ["^4"]


async def test_patch_is_validated_whole(site: Site) -> None:
    """What a PATCH leaves must be a valid document, or nothing is changed."""
    button_id = await site.button()
    response = await site.ask("PATCH", f"/{button_id}", json={"data": {"name": None, "throttle": 5}})
    assert faults_of(response) == {"name": {"required": {"message": "Field is required but missing"}}}
    document = (await site.ask("GET", f"/{button_id}")).json()["data"]
    assert (document["name"], "throttle" in document) == ("Sales", False)


async def test_each_change_is_a_new_revision(site: Site) -> None:
    """The envelope's revision is the ETag's, and another one after each change."""
    button_id = await site.button()
    seen = []
    for verb, body in (("GET", None), ("PATCH", {"data": {"name": "B"}}), ("GET", None)):
        response = await site.ask(verb, f"/{button_id}", json=body)
        revision = response.json()["revision"]
        assert response.headers["etag"] == f'"{revision}"'
        seen.append(revision)
    assert seen[0] != seen[1] == seen[2]


async def test_delete_shows_what_is_gone(site: Site) -> None:
    """DELETE answers with the removed document, marked as deleted; from then on it is unknown everywhere."""
    button_id = await site.button(note="bye")
    before = (await site.ask("GET", f"/{button_id}")).json()["data"]
    response = await site.ask("DELETE", f"/{button_id}")
    assert response.status_code == 200
    assert response.json()["data"] == {**before, "_read_only": {"deleted": True}}
    unknown = {"message": "bad identifier", "cause": button_id}
    for verb, path in (("GET", ""), ("DELETE", ""), ("PATCH", ""), ("GET", "/history"), ("POST", "/connect")):
        again = await site.ask(verb, f"/{button_id}{path}", json={"data": {"contact": "1"}})
        assert_refused(again, 404, "bad_identifier", unknown)
    assert button_id not in {row["id"] for row in (await site.ask("GET")).json()["data"]}


async def test_a_removed_buttons_history_stays(site: Site) -> None:
    """What was called with a button outlives it in the database."""
    button_id = await site.button()
    item = await site.call(button_id)
    await site.ask("DELETE", f"/{button_id}")
    assert site.rows("SELECT id, contact FROM calls WHERE button_id = ?", button_id) == [
        (item["call_id"], item["contact"])
    ]


async def test_a_removed_open_button_needs_a_token(site: Site) -> None:
    """A removed button is unknown, and what is unknown is not told to who has no token."""
    button_id = await site.button(auth_required=False, whitelist=["^1"])
    await site.ask("DELETE", f"/{button_id}")
    response = await site.connect(button_id, "1234", token=None)
    assert response.status_code == 401
    assert site.orders(button_id) == []
