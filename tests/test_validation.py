"""Documents: every fault at once, in Kazoo's words."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from c2cd.config import Ami
from c2cd.model.button import ClickToCall
from c2cd.validation import MOST_FAULTS, coerced, faults, with_defaults

GOOD: dict[str, object] = {"name": "Sales", "extension": "1001"}
MANY = dict.fromkeys(map(str, range(33)), "{}")
HEADER_TYPES = ["string", "boolean", "integer", "object"]


def test_good_document() -> None:
    """A document with what is required, and with fields that nobody knows, has no fault."""
    assert faults(ClickToCall, GOOD) == []
    assert faults(ClickToCall, {**GOOD, "ui_metadata": {"origin": ["x"]}}) == []


@pytest.mark.parametrize(
    ("field", "value", "rule", "message", "facts"),
    [
        ("name", 5, "type", "Value did not match type(s): string", {"target": "string", "value": 5}),
        ("name", "", "minLength", "String must be at least 1 characters", {"target": 1, "value": ""}),
        (
            "name",
            "n" * 129,
            "maxLength",
            "String must not be more than 128 characters",
            {"target": 128, "value": "n" * 129},
        ),
        (
            "dial_first",
            "both",
            "enum",
            "Value not found in enumerated list of values",
            {"target": ["contact", "extension"], "value": "both"},
        ),
        (
            "auth_required",
            "maybe",
            "type",
            "Value did not match type(s): boolean",
            {"target": "boolean", "value": "maybe"},
        ),
        (
            "throttle",
            True,
            "type",
            "Value did not match type(s): integer",
            {"target": "integer", "value": True},
        ),
        ("throttle", 0, "minimum", "Value must be at least 1", {"target": 1, "value": 0}),
        ("timeout", 601, "maximum", "Value must be at most 600", {"target": 600, "value": 601}),
        ("whitelist", "^1", "type", "Value did not match type(s): array", {"target": "array", "value": "^1"}),
        ("whitelist", {}, "type", "Value did not match type(s): array", {"target": "array"}),
        ("name", None, "type", "Value did not match type(s): string", {"target": "string", "value": None}),
    ],
)
def test_rules(field: str, value: object, rule: str, message: str, facts: dict[str, object]) -> None:
    """Each broken rule is told by its name in JSON Schema, with Kazoo's words, target and value."""
    (fault,) = faults(ClickToCall, {**GOOD, field: value})
    assert (fault.path, fault.rule, fault.message, fault.facts) == (field, rule, message, facts)


def test_missing_fields() -> None:
    """Each field that is missing is a fault of its own, at its own path and with no other fact."""
    found = faults(ClickToCall, {})
    assert [(fault.path, fault.rule, fault.facts) for fault in found] == [
        ("extension", "required", {}),
        ("name", "required", {}),
    ]
    assert {fault.message for fault in found} == {"Field is required but missing"}


def test_path_goes_inside() -> None:
    """A fault inside a list is told with its place in the list."""
    (fault,) = faults(ClickToCall, {**GOOD, "whitelist": ["^1", ""]})
    assert (fault.path, fault.rule) == ("whitelist.1", "minLength")


def test_all_at_once() -> None:
    """Whoever has several faults is told all of them, in the order of their paths."""
    found = faults(ClickToCall, {"extension": "1 001", "throttle": "x", "whitelist": [1, "", "ok"]})
    assert [fault.path for fault in found] == ["extension", "name", "throttle", "whitelist.0", "whitelist.1"]


@pytest.mark.parametrize(
    "extension",
    ["1001\n", "1001&1002", "1001/n", "1001,5", "1001@ctx", "${X}", "\u0661", " 1001", "a b", "1|2"],
)
def test_extension_has_an_alphabet(extension: str) -> None:
    """An extension can't hold what would leave its place in a dial string."""
    assert [fault.path for fault in faults(ClickToCall, {**GOOD, "extension": extension})] == ["extension"]


@pytest.mark.parametrize("field", ["caller_id_number", "outbound_callee_id_number"])
@pytest.mark.parametrize(
    "number", ["", "1555\n", '1555"', "<1555>", "1555)", "1,5", "1;5", "$5", "1+5", "5 5", "\u0665"]
)
def test_shown_number_has_an_alphabet(field: str, number: str) -> None:
    """A number for a caller ID can't hold what would leave its place in a header."""
    assert {fault.path for fault in faults(ClickToCall, {**GOOD, field: number})} == {field}


def test_list_of_too_many() -> None:
    """A whitelist has a longest length, which the fault tells."""
    (fault,) = faults(ClickToCall, {**GOOD, "whitelist": ["1"] * 1001})
    assert (fault.path, fault.rule) == ("whitelist", "maxItems")
    assert "200" in fault.message


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("whitelist", [1] * 201, "maxItems"),
        ("allowed_origins", ["x"] * 101, "maxItems"),
        ("custom_application_vars", {f"ä{number}": 1 for number in range(33)}, "maxProperties"),
    ],
)
def test_too_much_is_not_looked_into(field: str, value: object, rule: str) -> None:
    """A list or object with too much in it has that fault alone, however much else is wrong with it."""
    assert [(fault.path, fault.rule) for fault in faults(ClickToCall, {**GOOD, field: value})] == [
        (field, rule)
    ]


def test_so_many_faults_are_told() -> None:
    """Of a document that is wrong all over, as many faults are told as somebody can use."""
    document = {**GOOD, "whitelist": [1] * 200}
    assert len(faults(ClickToCall, document)) == MOST_FAULTS


def test_value_that_may_be_null() -> None:
    """Of a value that may be null only what it should have been otherwise is told."""
    (fault,) = faults(Ami, {"secret": 5})
    assert (fault.path, fault.rule) == ("secret", "type")
    assert fault.message == "Value did not match type(s): string"


def test_unknown_key_where_none_may_be() -> None:
    """A key that is not known is told with those that are, where no others may be."""
    (fault,) = faults(Ami, {"prot": 5038})
    assert (fault.path, fault.rule) == ("prot", "additionalProperties")
    assert "port" in fault.message


@pytest.mark.parametrize(
    ("field", "written", "read"),
    [
        ("throttle", "10", 10),
        ("timeout", "030", 30),
        ("auth_required", "true", True),
        ("auth_required", "False", False),
        ("throttle", "ten", "ten"),
        ("throttle", "-1", "-1"),
        ("throttle", "1\n", "1\n"),
        ("throttle", "\u0661", "\u0661"),
        ("throttle", "9" * 5000, "9" * 5000),
        ("auth_required", "yes", "yes"),
        ("auth_required", 1, 1),
        ("name", "10", "10"),
        ("extension", "true", "true"),
        ("unknown", "10", "10"),
        ("whitelist", ["1"], ["1"]),
    ],
)
def test_coercion(field: str, written: object, read: object) -> None:
    """Text that says a number or a truth is read as one where the field is one, and nowhere else."""
    result = coerced(ClickToCall, {field: written})
    assert result == {field: read}
    assert type(result[field]) is type(read)


def test_defaults_are_written_down() -> None:
    """A saved document has the defaults that Kazoo would write, and keeps what it says itself."""
    assert with_defaults(ClickToCall, GOOD) == {
        **GOOD,
        "auth_required": True,
        "custom_application_vars": {},
        "dial_first": "extension",
        "timeout": 30,
    }
    assert with_defaults(ClickToCall, {"timeout": 5, "x": 1})["timeout"] == 5


@pytest.mark.parametrize(
    ("document", "path", "rule", "target"),
    [
        ({"custom_application_vars": {"a b": "x"}}, "custom_application_vars.a b", "pattern", None),
        ({"custom_application_vars": {"a\n": "x"}}, "custom_application_vars.a\n", "pattern", None),
        (
            {"custom_application_vars": {"a" * 65: "x"}},
            f"custom_application_vars.{'a' * 65}",
            "maxLength",
            64,
        ),
        ({"custom_application_vars": {"a": 5}}, "custom_application_vars.a", "type", "string"),
        ({"custom_application_vars": MANY}, "custom_application_vars", "maxProperties", 32),
        ({"custom_sip_headers": {"X Y": "x"}}, "custom_sip_headers.X Y", "pattern", None),
        ({"custom_sip_headers": {"out": {"X Y": "x"}}}, "custom_sip_headers.out.X Y", "pattern", None),
        ({"custom_sip_headers": {"out": {"X": {}}}}, "custom_sip_headers.out.X", "type", None),
        ({"custom_sip_headers": {"X": []}}, "custom_sip_headers.X", "type", HEADER_TYPES),
        ({"bypass_media": "maybe"}, "bypass_media", "enum", ["auto", "false", "true"]),
        ({"media": {"ignore_early_media": 1}}, "media.ignore_early_media", "type", "boolean"),
        ({"media": []}, "media", "type", "object"),
        ({"music_on_hold": {"media_id": "m" * 2049}}, "music_on_hold.media_id", "maxLength", 2048),
        ({"presence_id": 5}, "presence_id", "type", "string"),
        ({"ringback": {}}, "ringback", "type", "string"),
    ],
)
def test_faults_inside(document: dict[str, object], path: str, rule: str, target: object) -> None:
    """What is wrong inside a field, be it a key or a value, is told once, where it stands."""
    (fault,) = faults(ClickToCall, {**GOOD, **document})
    assert (fault.path, fault.rule) == (path, rule)
    if target is not None:
        assert fault.facts["target"] == target


def test_coercion_goes_inside() -> None:
    """A truth inside a field is read as one, where one is meant and nothing else could be."""
    written: dict[str, object] = {
        "media": {"ignore_early_media": "False", "x": "true"},
        "bypass_media": "true",
        "custom_sip_headers": {"X": "true"},
        "custom_application_vars": {"a": "true"},
        "music_on_hold": "true",
    }
    assert coerced(ClickToCall, written) == {**written, "media": {"ignore_early_media": False, "x": "true"}}


def test_defaults_are_nobodys_own() -> None:
    """Who changes a default that was written down changes no other document."""
    first = with_defaults(ClickToCall, GOOD)["custom_application_vars"]
    assert isinstance(first, dict)
    first["a"] = "b"
    assert with_defaults(ClickToCall, GOOD)["custom_application_vars"] == {}


@pytest.mark.parametrize("text", ['{"timeout": 30.0}', '{"throttle": 1e2}'])
def test_whole_number_with_a_point(text: str) -> None:
    """A document without faults can be read: 30.0 is a fault, or it is 30, but no surprise."""
    document = {**GOOD, **json.loads(text)}
    if not faults(ClickToCall, document):
        msgspec.convert(document, ClickToCall)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2000) | st.floats(0, 2000) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
documents = st.fixed_dictionaries(
    {"name": json_values, "extension": json_values},
    optional=dict.fromkeys(ClickToCall.__struct_fields__[2:], json_values),
)


@given(documents)
def test_faults_are_complete(document: dict[str, object]) -> None:
    """Whatever JSON says, either there is a fault or the document can be read."""
    if not faults(ClickToCall, document):
        assert msgspec.convert(document, ClickToCall).name == document["name"]
