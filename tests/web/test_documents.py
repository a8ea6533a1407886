"""The document: what is kept, what is read as what, and how faults are told."""

from typing import Any

import pytest

from tests.web.site import Site, assert_refused, faults_of

pytestmark = pytest.mark.asyncio(loop_scope="package")

REQUIRED = {"required": {"message": "Field is required but missing"}}


def wrong_type(wanted: str, value: object) -> dict[str, object]:
    """Give the fault of a value of the wrong type."""
    return {"type": {"message": f"Value did not match type(s): {wanted}", "target": wanted, "value": value}}


FAULTS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "no name": ({"name": None}, {"name": REQUIRED}),
    "no extension": ({"extension": None}, {"extension": REQUIRED}),
    "neither": ({"name": None, "extension": None}, {"name": REQUIRED, "extension": REQUIRED}),
    "name empty": (
        {"name": ""},
        {
            "name": {
                "minLength": {"message": "String must be at least 1 characters", "target": 1, "value": ""}
            }
        },
    ),
    "name too long": (
        {"name": "n" * 129},
        {
            "name": {
                "maxLength": {
                    "message": "String must not be more than 128 characters",
                    "target": 128,
                    "value": "n" * 129,
                }
            }
        },
    ),
    "name a number": ({"name": 5}, {"name": wrong_type("string", 5)}),
    "dial_first unknown": (
        {"dial_first": "nobody"},
        {
            "dial_first": {
                "enum": {
                    "message": "Value not found in enumerated list of values",
                    "target": ["contact", "extension"],
                    "value": "nobody",
                }
            }
        },
    ),
    "auth_required a word": ({"auth_required": "yes"}, {"auth_required": wrong_type("boolean", "yes")}),
    "timeout a word": ({"timeout": "soon"}, {"timeout": wrong_type("integer", "soon")}),
    "timeout a fraction": ({"timeout": 1.5}, {"timeout": wrong_type("integer", 1.5)}),
    "timeout a truth": ({"timeout": True}, {"timeout": wrong_type("integer", True)}),  # noqa: FBT003 - a value
    "timeout zero": (
        {"timeout": 0},
        {"timeout": {"minimum": {"message": "Value must be at least 1", "target": 1, "value": 0}}},
    ),
    "throttle zero": (
        {"throttle": 0},
        {"throttle": {"minimum": {"message": "Value must be at least 1", "target": 1, "value": 0}}},
    ),
    "whitelist a word": ({"whitelist": "^1"}, {"whitelist": wrong_type("array", "^1")}),
    "whitelist entry empty": (
        {"whitelist": ["^1", ""]},
        {
            "whitelist.1": {
                "minLength": {"message": "String must be at least 1 characters", "target": 1, "value": ""}
            }
        },
    ),
    "whitelist entry a number": ({"whitelist": [7]}, {"whitelist.0": wrong_type("string", 7)}),
    "several": (
        {"name": None, "timeout": "soon", "whitelist": [7]},
        {"name": REQUIRED, "timeout": wrong_type("integer", "soon"), "whitelist.0": wrong_type("string", 7)},
    ),
}


@pytest.mark.parametrize(("changes", "faults"), FAULTS.values(), ids=FAULTS)
async def test_faults_are_told_by_path_and_rule(
    site: Site, changes: dict[str, Any], faults: dict[str, object]
) -> None:
    """Every fault is there at once: dotted path, then rule, then message with the rule's own facts."""
    document = {"name": "Sales", "extension": "1001", **changes}
    assert (
        faults_of(await site.put(**{key: value for key, value in document.items() if value is not None}))
        == faults
    )


UNDIALLABLE = [
    "",
    "10 01",
    "1001\r\n",
    "1001&PJSIP/1",
    "1001,30",
    "1001@x",
    "${EXTEN}",
    "1001|x",
    "१२",
    "1" * 65,
]


@pytest.mark.parametrize("extension", UNDIALLABLE)
async def test_an_extension_has_an_alphabet(site: Site, extension: str) -> None:
    """What becomes part of a dial string can't hold what would leave its place there."""
    assert list(faults_of(await site.put(name="Sales", extension=extension))) == ["extension"]


@pytest.mark.parametrize("field", ["caller_id_number", "outbound_callee_id_number"])
@pytest.mark.parametrize("number", ["", "5 5", "55\n", '55" <66>', "55,66", "++55", "${X}", "\u0665\u0665"])
async def test_a_shown_number_has_an_alphabet(site: Site, field: str, number: str) -> None:
    """What becomes part of a caller ID can't hold what would leave its place there."""
    assert list(faults_of(await site.put(name="Sales", extension="1001", **{field: number}))) == [field]


@pytest.mark.parametrize("pattern", ["(?=1)", r"(1)\1", "(", "[", "*", "a{5000}", "(?P<n>x)(?P=n)"])
async def test_a_pattern_that_re2_refuses_is_refused_when_saved(site: Site, pattern: str) -> None:
    """A pattern is held to RE2 before it is kept, and the answer says which one and why."""
    faults = faults_of(await site.put(name="Sales", extension="1001", whitelist=["^1", pattern]))
    assert list(faults) == ["whitelist.1"]
    assert faults["whitelist.1"]["pattern"]["value"] == pattern
    assert "RE2" in faults["whitelist.1"]["pattern"]["message"]


async def test_unknown_fields_are_kept(site: Site) -> None:
    """What the schema does not know is saved and given back as it was sent."""
    more: dict[str, Any] = {
        "color": "red",
        "deep": {"a": [1, {"b": None}], "π": 3.5},
        "flag": False,
        "empty": {},
        "big": 2**53,
    }
    button_id = await site.button(**more)
    document = (await site.ask("GET", f"/{button_id}")).json()["data"]
    assert {key: document[key] for key in more} == more


async def test_private_fields_are_stripped(site: Site) -> None:
    """Keys that begin with _ or pvt_ are neither saved nor given back, whichever way they came."""
    private: dict[str, Any] = {"_read_only": {"a": 1}, "_x": 1, "pvt_type": "x", "pvt_": 1, "_": 1}
    created = (await site.put(name="Sales", extension="1001", public_=1, **private)).json()["data"]
    changed = await site.ask("PATCH", f"/{created['id']}", json={"data": private})
    for document in (created, changed.json()["data"]):
        assert not document.keys() & private.keys()
        assert document["public_"] == 1


async def test_numbers_and_truths_are_read_from_words(site: Site) -> None:
    """Where the schema has a number or a truth, "10" is 10 and "false" is false, and so they are saved."""
    button_id = await site.button(throttle="10", timeout="15", auth_required="False", whitelist=["^1"])
    document = (await site.ask("GET", f"/{button_id}")).json()["data"]
    assert (document["throttle"], document["timeout"], document["auth_required"]) == (10, 15, False)


async def test_defaults_are_saved(site: Site) -> None:
    """A document with nothing but what is required has the defaults of the rest."""
    document = (await site.put(name="Sales", extension="1001")).json()["data"]
    document.pop("id")
    assert document == {
        "name": "Sales",
        "extension": "1001",
        "auth_required": True,
        "custom_application_vars": {},
        "dial_first": "extension",
        "timeout": 30,
    }


@pytest.mark.parametrize("number", ["30.0", "3e1"])
async def test_a_whole_number_is_one_however_it_is_written(site: Site, number: str) -> None:
    """JSON knows no integers: 30.0 is the integer 30, to JSON Schema as to us."""
    body = f'{{"data": {{"name": "Sales", "extension": "1001", "timeout": {number}}}}}'
    response = await site.ask("PUT", content=body)
    assert response.status_code == 201, response.text
    assert response.text.count('"timeout":30,') == 1


BODIES = {
    "no data": ("{}", {"data": REQUIRED}),
    "nothing": ("", {"data": REQUIRED}),
    "data elsewhere": ('{"name": "Sales", "extension": "1001"}', {"data": REQUIRED}),
    "data a list": (
        '{"data": []}',
        {"data": {"type": {"message": "Value did not match type(s): object", "target": "object"}}},
    ),
    "data null": (
        '{"data": null}',
        {"data": {"type": {"message": "Value did not match type(s): object", "target": "object"}}},
    ),
}


@pytest.mark.parametrize(("body", "faults"), BODIES.values(), ids=BODIES)
async def test_a_document_comes_as_data(site: Site, body: str, faults: dict[str, object]) -> None:
    """A body without a document in its data is refused as such."""
    assert_refused(await site.ask("PUT", content=body), 400, "validation error", faults)


MALFORMED = [
    "{",
    "[]",
    "nothing",
    '"text"',
    "1",
    '{"data": {}} x',
    '{"a": NaN}',
    "\xff",
    "[" * 16_000,
    '{"a":' * 40,
]


@pytest.mark.parametrize("body", MALFORMED, ids=range(len(MALFORMED)))
async def test_malformed_json_is_told(site: Site, body: str) -> None:
    """A body that is no JSON object, or too deep to be anybody's, is refused as malformed."""
    faults = faults_of(await site.ask("PUT", content=body.encode("latin-1")))
    assert list(faults) == ["json"]
    assert faults["json"]["invalid"]["target"] == "body"
    assert faults["json"]["invalid"]["message"]


async def test_a_document_does_not_grow_without_end(site: Site) -> None:
    """However small its patches are, a document that is over 32 KiB as a whole is refused."""
    button_id = await site.button()
    refused = None
    for number in range(5):
        refused = await site.ask("PATCH", f"/{button_id}", json={"data": {f"filling{number}": "x" * 10_000}})
        if refused.status_code != 200:
            break
    assert refused is not None
    assert refused.status_code == 400
    assert list(faults_of(refused)["data"]) == ["maxLength"]
