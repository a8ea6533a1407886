"""``/clicktocall``: the buttons of an account."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import msgspec
from starlette.responses import Response

from c2cd.errors import Fault, InvalidDocument
from c2cd.guard.doorkeeper import Doorkeeper
from c2cd.model.account import Account
from c2cd.model.button import Button, ClickToCall
from c2cd.store.paging import Page
from c2cd.validation import coerced, faults, with_defaults
from c2cd.web.envelope import names, success
from c2cd.web.listing import Row, answer_list
from c2cd.web.refusals import PreconditionFailed
from c2cd.web.resource import find_button
from c2cd.web.visit import Visit

_LARGEST = 32 * 1024
_PRIVATE = ("_", "pvt_")
# A document may cost half a second to check. One thread for all: clicks go on beside one, not among many.
_CHECKING = ThreadPoolExecutor(1, "checking")


async def list_buttons(visit: Visit) -> Response:
    """GET: id, name and extension of each, and what ``fields`` names beside them."""
    fields = {"id", "name", "extension", *visit.query.get("fields", "").split(",")}

    async def read(page: Page) -> list[Row]:
        rows = []
        for button in await visit.services.buttons.of_account(visit.owner.id, page):
            rows.append(_row(button, fields))
            await asyncio.sleep(0)  # others get their turn, as they do while documents are read
        return rows

    return await answer_list(visit, read)


def _row(button: Button, fields: set[str]) -> Row:
    document = _public(button)
    shown = {key: value for key, value in document.items() if key in fields}
    return Row((button.created_at, button.id), document, shown)


async def create_button(visit: Visit) -> Response:
    """PUT: a new one."""
    document = await _checked(visit, visit.data)
    button = await visit.services.buttons.create(visit.owner.id, document, visit.services.clock.wall())
    response = _shown(visit, button, status=201)
    response.headers["location"] = f"{visit.request.scope['path'].rstrip('/')}/{button.id}"
    return response


async def fetch_button(visit: Visit) -> Response:
    """GET: one of them."""
    return _shown(visit, await find_button(visit))


async def replace_button(visit: Visit) -> Response:
    """POST: every public field anew."""
    return await _change(visit, await _current(visit), visit.data)


async def patch_button(visit: Visit) -> Response:
    """PATCH: fields merged recursively; null removes one, a list is replaced."""
    button = await _current(visit)
    return await _change(visit, button, _merged(button.document, visit.data))


async def remove_button(visit: Visit) -> Response:
    """DELETE: the button alone; its history stays."""
    button = await _current(visit)
    await visit.services.buttons.remove(button, visit.services.clock.wall())
    return success(visit, {**_public(button), "_read_only": {"deleted": True}}, revision=button.revision)


async def _current(visit: Visit) -> Button:
    """Give the button that is to be changed. PreconditionFailed where If-Match names an older one."""
    button = await find_button(visit)
    condition = visit.headers.get("if-match")
    if condition is not None and not names(condition, button.revision):
        raise PreconditionFailed
    return button


async def _change(visit: Visit, button: Button, document: dict[str, object]) -> Response:
    checked = await _checked(visit, document)
    changed = await visit.services.buttons.change(button, checked, visit.services.clock.wall())
    return _shown(visit, changed)


async def _checked(visit: Visit, document: dict[str, object]) -> dict[str, object]:
    """Give the document as it is saved, or raise InvalidDocument with its faults."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_CHECKING, _check, visit.services.doorkeeper, visit.owner, document)


def _check(doorkeeper: Doorkeeper, owner: Account, document: dict[str, object]) -> dict[str, object]:
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
        found = doorkeeper.save_faults(owner, msgspec.convert(document, ClickToCall))
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
