"""``/clicktocall``: the buttons of an account."""

import msgspec
from starlette.responses import Response

from c2cd.errors import Fault, InvalidDocument
from c2cd.model.button import Button, ClickToCall
from c2cd.validation import coerced, faults, with_defaults
from c2cd.web.envelope import success
from c2cd.web.resource import find_button
from c2cd.web.visit import Visit

_LARGEST = 32 * 1024
_PRIVATE = ("_", "pvt_")


async def list_buttons(visit: Visit) -> Response:
    """GET: id, name and extension of each."""
    buttons = await visit.services.buttons.of_account(visit.owner.id)
    rows = [
        {"id": button.id, "name": button.means.name, "extension": button.means.extension}
        for button in buttons
    ]
    return success(visit, rows, page_size=len(rows))


async def create_button(visit: Visit) -> Response:
    """PUT: a new one."""
    document = _checked(visit, visit.data)
    button = await visit.services.buttons.create(visit.owner.id, document, visit.services.clock.wall())
    response = _shown(visit, button, status=201)
    response.headers["location"] = f"{visit.request.scope['path'].rstrip('/')}/{button.id}"
    return response


async def fetch_button(visit: Visit) -> Response:
    """GET: one of them."""
    return _shown(visit, await find_button(visit))


async def replace_button(visit: Visit) -> Response:
    """POST: every public field anew."""
    button = await find_button(visit)
    return await _change(visit, button, visit.data)


async def patch_button(visit: Visit) -> Response:
    """PATCH: fields merged recursively; null removes one, a list is replaced."""
    button = await find_button(visit)
    return await _change(visit, button, _merged(button.document, visit.data))


async def remove_button(visit: Visit) -> Response:
    """DELETE: the button alone; its history stays."""
    button = await find_button(visit)
    await visit.services.buttons.remove(button, visit.services.clock.wall())
    return success(visit, {**_public(button), "_read_only": {"deleted": True}}, revision=button.revision)


async def _change(visit: Visit, button: Button, document: dict[str, object]) -> Response:
    checked = _checked(visit, document)
    changed = await visit.services.buttons.change(button, checked, visit.services.clock.wall())
    return _shown(visit, changed)


def _checked(visit: Visit, document: dict[str, object]) -> dict[str, object]:
    """Give the document as it is saved, or raise InvalidDocument with all its faults."""
    public = {
        key: value
        for key, value in document.items()
        if not key.startswith(_PRIVATE) and key != "id" and value is not None
    }
    document = with_defaults(ClickToCall, coerced(ClickToCall, public))
    found = faults(ClickToCall, document)
    if len(msgspec.json.encode(document)) > _LARGEST:
        message = f"The whole document must not be more than {_LARGEST} bytes"
        found = [Fault("data", "maxLength", message, {"target": _LARGEST})]
    if not found:
        found = visit.services.doorkeeper.save_faults(visit.owner, msgspec.convert(document, ClickToCall))
    if found:
        raise InvalidDocument(*found)
    return document


def _merged(old: dict[str, object], new: dict[str, object]) -> dict[str, object]:
    merged = dict(old)
    for key, value in new.items():
        before = merged.get(key)
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, dict):
            merged[key] = _merged(before if isinstance(before, dict) else {}, value)
        else:
            merged[key] = value
    return merged


def _public(button: Button) -> dict[str, object]:
    return {**button.document, "id": button.id}


def _shown(visit: Visit, button: Button, *, status: int = 200) -> Response:
    return success(visit, _public(button), status=status, revision=button.revision)
