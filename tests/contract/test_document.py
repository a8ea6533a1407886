"""The document: the row of each field, and what is kept, stripped, coerced and listed."""

from typing import Any

import pytest

from tests.web.site import CONTACT, Site, faults_of

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def saved(site: Site, **document: Any) -> dict[str, Any]:
    """Save a button, and give its document as it is fetched."""
    button_id = await site.button(**document)
    found: dict[str, Any] = (await site.ask("GET", f"/{button_id}")).json()["data"]
    return found


async def broken_rule(site: Site, field: str, value: Any) -> str:
    """Send a document whose one fault is in a field, and give the rule that it is refused with."""
    document: dict[str, Any] = {"name": "Sales", "extension": "1001", field: value}
    faults = faults_of(await site.put(**document))
    ((path, rules),) = faults.items()
    assert path == field
    (rule,) = rules
    return str(rule)


@pytest.mark.parametrize("field", ["name", "extension"])
async def test_name_and_extension_are_required(site: Site, field: str) -> None:
    """A document without a name or without an extension is refused by the rule "required"."""
    document = {"name": "Sales", "extension": "1001"}
    del document[field]
    assert list(faults_of(await site.put(**document))[field]) == ["required"]


@pytest.mark.parametrize("name", ["n", "n" * 128, "Zoë & Söhne"])
async def test_name_is_a_string_of_1_to_128(site: Site, name: str) -> None:
    """A name of 1 to 128 characters is kept as it is."""
    assert (await saved(site, name=name))["name"] == name


@pytest.mark.parametrize(("name", "rule"), [("", "minLength"), ("n" * 129, "maxLength"), (["n"], "type")])
async def test_name_of_another_length_or_type_is_refused(site: Site, name: object, rule: str) -> None:
    """A name that is empty, over 128 characters or no string is refused by the rule that it breaks."""
    assert await broken_rule(site, "name", name) == rule


async def test_extension_is_a_string(site: Site) -> None:
    """An extension is kept as a string, and one of another type is refused."""
    assert (await saved(site, extension="2600"))["extension"] == "2600"
    assert await broken_rule(site, "extension", ["2600"]) == "type"


async def test_auth_required_is_true_by_default(site: Site) -> None:
    """Unless the document says otherwise connect needs a token."""
    document = await saved(site, whitelist=["^"])
    assert document["auth_required"] is True
    assert (await site.connect(document["id"], token=None)).status_code == 401


async def test_auth_required_is_a_boolean(site: Site) -> None:
    """An auth_required of another type is refused."""
    assert await broken_rule(site, "auth_required", "perhaps") == "type"


async def test_auth_required_covers_connect_alone(site: Site) -> None:
    """Where it is false connect needs no token, and every other resource still does."""
    button_id = await site.button(auth_required=False, whitelist=["^"])
    assert (await site.connect(button_id, token=None)).status_code == 200
    for verb, path in (("GET", ""), ("POST", ""), ("PATCH", ""), ("DELETE", ""), ("GET", "/history")):
        response = await site.ask(verb, f"/{button_id}{path}", token=None, json={"data": {"name": "X"}})
        assert response.status_code == 401


@pytest.mark.parametrize(
    "field", ["caller_id_number", "outbound_callee_id_name", "outbound_callee_id_number"]
)
async def test_shown_numbers_and_name_are_strings_without_a_default(site: Site, field: str) -> None:
    """What the phones show is kept where it is given, absent where it is not, and refused as no string."""
    assert field not in await saved(site)
    assert (await saved(site, **{field: "15550000"}))[field] == "15550000"
    assert await broken_rule(site, field, ["15550000"]) == "type"


async def test_dial_first_is_extension_by_default(site: Site) -> None:
    """Unless the document says otherwise the extension rings first."""
    document = await saved(site)
    await site.connect(document["id"])
    (order,) = site.orders(document["id"])
    assert document["dial_first"] == "extension"
    assert order["channel"].startswith("Local/1001@")


async def test_dial_first_contact(site: Site) -> None:
    """Where the document says so the contact rings first."""
    document = await saved(site, dial_first="contact")
    await site.connect(document["id"])
    (order,) = site.orders(document["id"])
    assert document["dial_first"] == "contact"
    assert order["channel"].startswith(f"Local/{CONTACT}@")


async def test_dial_first_is_one_of_two(site: Site) -> None:
    """A dial_first that is neither extension nor contact is refused by the rule "enum"."""
    assert await broken_rule(site, "dial_first", "nobody") == "enum"


async def test_throttle_is_an_integer_without_a_default(site: Site) -> None:
    """A throttle is kept where it is given, absent where it is not, and refused as no integer."""
    assert "throttle" not in await saved(site)
    assert (await saved(site, throttle=7))["throttle"] == 7
    assert await broken_rule(site, "throttle", "often") == "type"


async def test_throttle_is_a_bucket_of_calls_a_minute(site: Site) -> None:
    """So many clicks as the throttle says are placed at once, and the next one is 429."""
    button_id = await site.button(throttle=3)
    assert [(await site.connect(button_id)).status_code for _ in range(4)] == [200, 200, 200, 429]


async def test_without_a_throttle_there_is_no_limit(site: Site) -> None:
    """A button without a throttle is not limited."""
    button_id = await site.button()
    assert {(await site.connect(button_id)).status_code for _ in range(8)} == {200}


async def test_whitelist_is_an_array_of_strings(site: Site) -> None:
    """A whitelist is kept as it is, absent where it is not given, and refused as no array."""
    assert "whitelist" not in await saved(site)
    assert (await saved(site, whitelist=["^1", "2$"]))["whitelist"] == ["^1", "2$"]
    assert await broken_rule(site, "whitelist", "^1") == "type"


@pytest.mark.parametrize(("entry", "rule"), [("", "minLength"), (["^1"], "type")])
async def test_whitelist_entry_is_a_string_of_at_least_1(site: Site, entry: object, rule: str) -> None:
    """An entry that is empty or no string is refused at its place in the list."""
    faults = faults_of(await site.put(name="Sales", extension="1001", whitelist=["^1", entry]))
    assert {path: list(rules) for path, rules in faults.items()} == {"whitelist.1": [rule]}


@pytest.mark.parametrize("document", [{}, {"whitelist": []}], ids=["absent", "empty"])
async def test_whitelist_empty_or_absent_is_no_limit(site: Site, document: dict[str, Any]) -> None:
    """Without an entry in its whitelist a button calls any contact."""
    assert (await site.connect(await site.button(**document))).status_code == 200


async def test_timeout_is_30_by_default(site: Site) -> None:
    """Unless the document says otherwise a leg rings for 30 seconds."""
    document = await saved(site)
    await site.connect(document["id"])
    (order,) = site.orders(document["id"])
    assert (document["timeout"], order["timeout"]) == (30, "30000")


async def test_timeout_is_an_integer_of_seconds(site: Site) -> None:
    """A timeout is how many seconds either leg may ring; one that is no integer is refused."""
    button_id = await site.button(timeout=9)
    await site.connect(button_id)
    (order,) = site.orders(button_id)
    assert (order["timeout"], order["data"].split(",")[1]) == ("9000", "9")
    assert await broken_rule(site, "timeout", "soon") == "type"


NEWER: dict[str, object] = {
    "ringback": "%(2000,4000,440,480)",
    "music_on_hold": {"media_id": "waltz"},
    "media": {"ignore_early_media": True},
    "presence_id": "sales@acme.example",
    "bypass_media": True,
    "custom_sip_headers": {"X-Campaign": "spring"},
}


@pytest.mark.parametrize("field", NEWER)
async def test_newer_fields_are_kept(site: Site, field: str) -> None:
    """A field of Kazoo's newer schema is saved and given back, and its button can be clicked."""
    document = await saved(site, **{field: NEWER[field]})
    assert document[field] == NEWER[field]
    assert (await site.connect(document["id"])).status_code == 200


@pytest.mark.parametrize(
    ("path", "document"),
    [
        ("ringback", {"ringback": ["x"]}),
        ("music_on_hold.media_id", {"music_on_hold": {"media_id": ["x"]}}),
        ("media.ignore_early_media", {"media": {"ignore_early_media": "perhaps"}}),
        ("presence_id", {"presence_id": ["x"]}),
        ("bypass_media", {"bypass_media": "perhaps"}),
        ("custom_sip_headers", {"custom_sip_headers": ["x"]}),
    ],
)
async def test_newer_fields_are_validated(site: Site, path: str, document: dict[str, Any]) -> None:
    """A field of Kazoo's newer schema that is of another type is refused."""
    response = await site.put(name="Sales", extension="1001", **document)
    assert list(faults_of(response)) == [path]


async def test_unknown_fields_are_kept_and_given_back(site: Site) -> None:
    """What the schema does not know is saved and given back, whatever is in it."""
    more: dict[str, Any] = {"color": "red", "deep": {"a": [1, {"b": None}]}, "flag": False}
    document = await saved(site, **more)
    assert {key: document[key] for key in more} == more


@pytest.mark.parametrize("key", ["_read_only", "_x", "pvt_type", "pvt_"])
async def test_private_keys_are_stripped_both_ways(site: Site, key: str) -> None:
    """A key that begins with _ or pvt_ is neither saved nor given back, whichever verb it came by."""
    button_id = (await site.put(name="Sales", extension="1001", **{key: "mine"})).json()["data"]["id"]
    for verb in ("GET", "PATCH", "POST"):
        body = {"data": {"name": "Sales", "extension": "1001", key: "mine"}} if verb != "GET" else None
        assert key not in (await site.ask(verb, f"/{button_id}", json=body)).json()["data"]
    ((document,),) = site.rows("SELECT document FROM buttons WHERE id = ?", button_id)
    assert f'"{key}"' not in document


async def test_kazoo_coerces(site: Site) -> None:
    """Where the schema has a number or a boolean, "10" is saved as 10 and "true" as true."""
    document = await saved(site, throttle="10", timeout="15", auth_required="true")
    assert (document["throttle"], document["timeout"], document["auth_required"]) == (10, 15, True)


async def test_a_list_row_holds_id_name_and_extension_only(site: Site) -> None:
    """A row of the list has three fields of its document, whatever else is in it."""
    button_id = await site.button(throttle=9, note="more")
    rows = {row["id"]: row for row in (await site.ask("GET")).json()["data"]}
    assert rows[button_id] == {"id": button_id, "name": "Sales", "extension": "1001"}


async def test_fields_asks_for_more_of_them(site: Site) -> None:
    """Fields that the query string names are in the row beside the three."""
    button_id = await site.button(throttle=9, note="more")
    response = await site.ask("GET", params={"fields": "throttle,note"})
    rows = {row["id"]: row for row in response.json()["data"]}
    more = {"throttle": 9, "note": "more"}
    assert rows[button_id] == {"id": button_id, "name": "Sales", "extension": "1001", **more}
