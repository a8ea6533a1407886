"""Holds a button's own variables and headers to what its schema has no words for."""

from c2cd.errors import Fault
from c2cd.model.button import ClickToCall
from c2cd.model.variables import LONGEST_ENCODED, encoded, variable_name

DIRECTIONS = {"in", "out"}


def variable_faults(button: ClickToCall) -> list[Fault]:
    """Tell which variables would be one and the same in a dialplan, or are too long for a line of AMI."""
    faults = []
    taken: dict[str, str] = {}
    for name, value in button.custom_application_vars.items():
        path = f"custom_application_vars.{name}"
        other = taken.setdefault(variable_name(name), name)
        if other != name:
            faults.append(Fault(path, "uniqueItems", f"In a dialplan this is the same variable as {other}"))
        if len(encoded(value)) > LONGEST_ENCODED:
            message = f"Value must not be more than {LONGEST_ENCODED} characters when it is percent-encoded"
            faults.append(Fault(path, "maxLength", message, {"target": LONGEST_ENCODED}))
    return faults


def header_faults(button: ClickToCall) -> list[Fault]:
    """Tell where ``custom_sip_headers`` has an object but no direction, or a direction but no object."""
    faults = []
    for name, value in (button.custom_sip_headers or {}).items():
        if isinstance(value, dict) == (name in DIRECTIONS):
            continue
        wanted = ["object"] if name in DIRECTIONS else ["string", "boolean", "integer"]
        message = f"Value did not match type(s): {'|'.join(wanted)}"
        faults.append(Fault(f"custom_sip_headers.{name}", "type", message, {"target": wanted}))
    return faults
