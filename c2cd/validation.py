"""Every fault of a document at once, by path and rule; the schema is made from the Struct itself.

msgspec stops at the first fault and names no rule; Kazoo's clients expect all of them, by the names
of JSON Schema, and the admin who writes a configuration is glad of the same.
"""

import re
from collections.abc import Iterator
from functools import cache
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
    "pattern": "Failed to match pattern '{0}'",
}

_INTEGER = re.compile(r"[0-9]{1,15}")


# JSON Schema takes 30.0 for an integer; neither Kazoo nor msgspec does.
_TYPES = Draft202012Validator.TYPE_CHECKER.redefine(
    "integer", lambda _, value: isinstance(value, int) and not isinstance(value, bool)
)
_Validator: type[Draft202012Validator] = extend(  # type: ignore[no-untyped-call]  # it has no types
    Draft202012Validator, type_checker=_TYPES
)


@cache
def _validator(kind: type[msgspec.Struct]) -> Draft202012Validator:
    return _Validator(_schema(kind))


@cache
def _schema(kind: type[msgspec.Struct]) -> dict[str, Any]:
    (schema,), components = msgspec.json.schema_components([kind], ref_template="#/$defs/{name}")
    return {**components[schema["$ref"].rpartition("/")[2]], "$defs": components}


def faults(kind: type[msgspec.Struct], value: object) -> list[Fault]:
    """Tell all that keeps ``value`` (as JSON or TOML gives it) from being a ``kind``; no fault: no list."""
    found = (fault for error in _validator(kind).iter_errors(value) for fault in _read(error))
    return sorted(found, key=lambda fault: fault.path)


def _read(error: ValidationError) -> Iterator[Fault]:
    rule = str(error.validator)
    target: Any = error.validator_value
    instance: Any = error.instance
    schema: Any = error.schema
    path = ".".join(str(step) for step in error.absolute_path)
    if rule in {"anyOf", "oneOf"} and error.context:  # a value that may be null: the other kind is meant
        for inner in error.context:
            if (inner.validator, inner.validator_value) != ("type", "null"):
                yield from _read(inner)
    elif rule == "required":
        missing = next(key for key in target if f"'{key}'" in error.message and key not in instance)
        yield Fault(_join(path, missing), rule, "Field is required but missing")
    elif rule == "additionalProperties":
        known = sorted(schema["properties"])
        for key in sorted(instance.keys() - known):
            yield Fault(_join(path, key), rule, f"Unknown key; known are: {', '.join(known)}")
    else:
        shown = "|".join(target) if isinstance(target, list) else target
        message = _MESSAGES.get(rule, error.message).format(shown)
        facts: dict[str, object] = {"target": target}
        if isinstance(instance, str | int | float | bool | None):
            facts["value"] = instance
        yield Fault(path, rule, message, facts)


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def coerced(kind: type[msgspec.Struct], document: dict[str, object]) -> dict[str, object]:
    """Read "10" and 10.0 as 10, "true" as true, where the Struct has a number or boolean, as Kazoo does."""
    types = {key: rule.get("type") for key, rule in _schema(kind)["properties"].items()}
    return {key: _as_type(types.get(key), value) for key, value in document.items()}


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
    return {key: rule["default"] for key, rule in properties if "default" in rule} | document
