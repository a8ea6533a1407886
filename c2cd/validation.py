"""Every fault of a document at once, by path and rule; the schema is made from the Struct itself.

msgspec stops at the first fault and names no rule; Kazoo's clients expect all of them, by the names
of JSON Schema, and the admin who writes a configuration is glad of the same.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from functools import cache
from itertools import islice
from typing import Any

import msgspec
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from c2cd.errors import Fault

# Rule → Kazoo's words (kz_json_schema), with the rule's own value in them.
_MESSAGES = {
    "type": "Value did not match type(s): {0}",
    "enum": "Value not found in enumerated list of values",
    "minLength": "String must be at least {0} characters",
    "maxLength": "String must not be more than {0} characters",
    "minimum": "Value must be at least {0}",
    "maximum": "Value must be at most {0}",
    "maxItems": "The list must not have more than {0} items",
    "minItems": "The list must have at least {0} items",
    "maxProperties": "The object must not have more than {0} keys",
    "pattern": "Failed to match pattern '{0}'",
}

# More of them help nobody, and cost time that others wait for.
MOST_FAULTS = 100

_INTEGER = re.compile(r"[0-9]{1,15}")


# JSON Schema takes 30.0 for an integer; neither Kazoo nor msgspec does.
_TYPES = Draft202012Validator.TYPE_CHECKER.redefine(
    "integer", lambda _, value: isinstance(value, int) and not isinstance(value, bool)
)


def _if_not_more(limit: str, keyword: str) -> Callable[..., Iterator[ValidationError]]:
    """Make a rule for what is in a list or object, which is not looked into where there is too much in it."""
    rule = Draft202012Validator.VALIDATORS[keyword]

    def look(
        validator: Draft202012Validator, value: object, instance: object, schema: dict[str, int]
    ) -> Iterator[ValidationError]:
        if not isinstance(instance, list | dict) or len(instance) <= schema.get(limit, len(instance)):
            yield from rule(validator, value, instance, schema)

    return look


_Validator: type[Draft202012Validator] = extend(  # type: ignore[no-untyped-call]  # it has no types
    Draft202012Validator,
    validators={
        "items": _if_not_more("maxItems", "items"),
        "additionalProperties": _if_not_more("maxProperties", "additionalProperties"),
        "propertyNames": _if_not_more("maxProperties", "propertyNames"),
    },
    type_checker=_TYPES,
)


@cache
def _validator(kind: type[msgspec.Struct]) -> Draft202012Validator:
    return _Validator(_schema(kind))


@cache
def _schema(kind: type[msgspec.Struct]) -> dict[str, Any]:
    (schema,), components = msgspec.json.schema_components([kind], ref_template="#/$defs/{name}")
    return {**components[schema["$ref"].rpartition("/")[2]], "$defs": components}


def faults(kind: type[msgspec.Struct], value: object) -> list[Fault]:
    """Tell all that keeps ``value`` (as JSON or TOML gives it) from being a ``kind``; no fault: no list.

    A list or object with too much in it has that fault alone, and of more than MOST_FAULTS so many are told.
    """
    found = (fault for error in _validator(kind).iter_errors(value) for fault in _read(error))
    return sorted(islice(found, MOST_FAULTS), key=lambda fault: fault.path)


def _read(error: ValidationError) -> Iterator[Fault]:
    rule = str(error.validator)
    target: Any = error.validator_value
    instance: Any = error.instance
    schema: Any = error.schema
    path = ".".join(str(step) for step in error.absolute_path)
    if list(error.absolute_schema_path)[-2:-1] == ["propertyNames"]:  # what is wrong is a key, not a value
        path = _join(path, instance)
    if rule in {"anyOf", "oneOf"} and error.context:
        yield from _read_choice(path, error.context)
    elif rule == "required":
        missing = next(key for key in target if f"'{key}'" in error.message and key not in instance)
        yield Fault(_join(path, missing), rule, "Field is required but missing")
    elif rule == "additionalProperties":
        known = sorted(schema["properties"])
        for key in sorted(instance.keys() - known):
            yield Fault(_join(path, key), rule, f"Unknown key; known are: {', '.join(known)}")
    else:
        shown = "|".join(target) if isinstance(target, list) else target
        message = _MESSAGES[rule].format(shown) if rule in _MESSAGES else error.message
        facts: dict[str, object] = {"target": target}
        if isinstance(instance, str | int | float | bool | None):
            facts["value"] = instance
        yield Fault(path, rule, message, facts)


def _read_choice(path: str, errors: Iterable[ValidationError]) -> Iterator[Fault]:
    """Tell what is wrong with a value that may be of several types: of one that may be null, the other."""
    meant = [error for error in errors if (error.validator, error.validator_value) != ("type", "null")]
    wrong_types = [error for error in meant if error.validator == "type" and not error.relative_path]
    if len(meant) == len(wrong_types) > 1:
        types = [str(error.validator_value) for error in meant]
        yield Fault(path, "type", _MESSAGES["type"].format("|".join(types)), {"target": types})
        return
    for error in meant if len(meant) == 1 else [error for error in meant if error not in wrong_types]:
        yield from _read(error)


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def coerced(kind: type[msgspec.Struct], document: dict[str, object]) -> dict[str, object]:
    """Read "10" and 10.0 as 10, "true" as true, where the Struct has a number or boolean, as Kazoo does."""
    schema = _schema(kind)
    return _inside(schema, document, schema["$defs"])


def _inside(schema: dict[str, Any], values: dict[str, object], kinds: dict[str, Any]) -> dict[str, object]:
    rules = schema.get("properties", {})
    return {key: _as_rule(rules.get(key, {}), value, kinds) for key, value in values.items()}


def _as_rule(rule: dict[str, Any], value: object, kinds: dict[str, Any]) -> object:
    """Read a value as the one type that a rule has beside null; where it has several, it stays as it is."""
    choices = [choice for choice in rule.get("anyOf", [rule]) if choice.get("type") != "null"]
    if len(choices) != 1:
        return value
    (rule,) = choices
    if "$ref" in rule:
        rule = kinds[rule["$ref"].rpartition("/")[2]]
    return _inside(rule, value, kinds) if isinstance(value, dict) else _as_type(rule.get("type"), value)


def _as_type(wanted: str | None, value: object) -> object:
    if wanted == "boolean" and isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    if wanted == "integer" and isinstance(value, str) and _INTEGER.fullmatch(value):
        return int(value)
    if wanted == "integer" and isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def with_defaults(kind: type[msgspec.Struct], document: dict[str, object]) -> dict[str, object]:
    """Add the fields that are missing and have a default, as Kazoo does when it saves."""
    properties = _schema(kind)["properties"].items()
    return {key: deepcopy(rule["default"]) for key, rule in properties if "default" in rule} | document
