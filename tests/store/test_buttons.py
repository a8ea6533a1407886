"""Buttons: kept as their owners wrote them, and taken away softly."""

import asyncio
import json

import msgspec
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from msgspec import UNSET

from c2cd.errors import StoreError
from c2cd.guard.whitelist import matches
from c2cd.store.buttons import Buttons, RevisionConflict
from c2cd.store.database import Database
from c2cd.store.history import History
from c2cd.store.paging import Page
from tests.calls.examples import a_call

ALL = Page(most=500)
DOCUMENT: dict[str, object] = {"name": "Sales", "extension": "1001", "ui": {"colour": "Grün"}, "throttle": 5}


@pytest.fixture
def buttons(database: Database) -> Buttons:
    """Give the table of buttons."""
    return Buttons(database)


async def test_found_as_created(buttons: Buttons) -> None:
    """A button is found as it was created, unknown fields and all, by its own account alone."""
    button = await buttons.create("acme", DOCUMENT, 1.0)
    assert button.document == DOCUMENT
    assert (button.means.name, button.means.throttle, button.means.timeout) == ("Sales", 5, 30)
    assert await buttons.find("acme", button.id) == button
    assert await buttons.find("other", button.id) is None
    assert await buttons.find("acme", "nothing") is None


async def test_a_whitelist_that_is_not_taken_any_more(buttons: Buttons) -> None:
    """What an older c2cd saved and this one refuses means nothing, but a whitelist lets nobody through."""
    document = {**DOCUMENT, "hours": "nine to five", "whitelist": ["^"] * 1000}
    made = await buttons.create("acme", document, 1.0)
    assert (made.document, made.means.name, made.means.hours) == (document, "Sales", UNSET)
    assert made.means.whitelist
    assert not any(matches(made.means.whitelist, contact) for contact in ("+15551234567", "sip:a@b", "1"))


async def test_newest_first(buttons: Buttons) -> None:
    """An account's buttons are listed newest first, and nobody else's among them."""
    old = await buttons.create("acme", DOCUMENT, 1.0)
    new = await buttons.create("acme", DOCUMENT, 2.0)
    await buttons.create("other", DOCUMENT, 3.0)
    assert [button.id for button in await buttons.of_account("acme", ALL)] == [new.id, old.id]


async def test_changed(buttons: Buttons) -> None:
    """A change is saved under the next revision, and the id stays."""
    button = await buttons.create("acme", DOCUMENT, 1.0)
    changed = await buttons.change(button, {"name": "Support", "extension": "1002"}, 2.0)
    assert changed.id == button.id
    assert (button.revision[:2], changed.revision[:2]) == ("1-", "2-")
    assert await buttons.find("acme", button.id) == changed
    assert changed.means.extension == "1002"


async def test_stale_change(buttons: Buttons) -> None:
    """Who changes or removes what another has changed meanwhile is told so, and changes nothing."""
    button = await buttons.create("acme", DOCUMENT, 1.0)
    changed = await buttons.change(button, {**DOCUMENT, "name": "Mine"}, 2.0)
    with pytest.raises(RevisionConflict, match=button.id):
        await buttons.change(button, {**DOCUMENT, "name": "Yours"}, 3.0)
    with pytest.raises(RevisionConflict):
        await buttons.remove(button, 3.0)
    assert await buttons.find("acme", button.id) == changed


async def test_one_of_two_changes(buttons: Buttons) -> None:
    """Of two changes in the same moment one is saved and the other one is told."""
    button = await buttons.create("acme", DOCUMENT, 1.0)
    jobs = [buttons.change(button, {**DOCUMENT, "name": name}, 2.0) for name in ("a", "b")]
    outcomes = await asyncio.gather(*jobs, return_exceptions=True)
    assert sorted(isinstance(outcome, RevisionConflict) for outcome in outcomes) == [False, True]


async def test_removed_softly(buttons: Buttons, database: Database) -> None:
    """A button that was removed is not found any more, and its calls stay."""
    button = await buttons.create("acme", DOCUMENT, 1.0)
    call = a_call(button_id=button.id)
    await History(database).add(call)
    await buttons.remove(button, 2.0)
    assert await buttons.find("acme", button.id) is None
    assert await buttons.of_account("acme", ALL) == []
    assert await History(database).find(call.id) == call


async def test_removed_stays_removed(buttons: Buttons) -> None:
    """A button that was removed can be neither changed nor removed again."""
    button = await buttons.create("acme", DOCUMENT, 1.0)
    await buttons.remove(button, 2.0)
    with pytest.raises(RevisionConflict):
        await buttons.change(button, DOCUMENT, 3.0)
    with pytest.raises(RevisionConflict):
        await buttons.remove(button, 3.0)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
@given(json_values)
@example(json.loads("1e999"))
@example(json.loads('"\\ud800"'))
@example(json.loads("18446744073709551617"))
async def test_whatever_json_says(buttons: Buttons, value: object) -> None:
    """What can be saved is given back as the same JSON; else it is refused, and spoils no other button."""
    before = await buttons.of_account("acme", ALL)
    try:
        button = await buttons.create("acme", {**DOCUMENT, "ui": value}, 1.0)
    except (StoreError, ValueError):
        assert await buttons.of_account("acme", ALL) == before
        return
    found = await buttons.find("acme", button.id)
    assert msgspec.json.encode(found) == msgspec.json.encode(button)
    assert len(await buttons.of_account("acme", ALL)) == len(before) + 1
