"""The rules of a configuration, and others in their place."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from c2cd.errors import ConfigError, Denied
from c2cd.guard.doorkeeper import Doorkeeper
from c2cd.guard.rules import Rules, load_rules
from c2cd.model.click import Click
from c2cd.model.limits import Limits, WayLimits
from tests.clock import ManualClock
from tests.guard.clicks import BRITISH, account, call_of, click, doorkeeper, means

CONFIG = '[ami]\nsecret = "s"\n[[accounts]]\nid = "acme"\nrealm = "r"\n'


def limited(door: Doorkeeper, limits: Limits) -> Click:
    """Put rules with these limits in place, and give a click that they hold for."""
    owner = account()
    door.rules = Rules([owner], limits=WayLimits(public=limits, token=limits))
    return click(door.limits(owner, "token"), owner=owner, way="token")


def denied_by(door: Doorkeeper, clicked: Click, call_id: str) -> str | None:
    """Click, and give the limit that is against it, where one is."""
    try:
        door.admit(call_id, clicked)
    except Denied as denied:
        return denied.quota.key if denied.quota else denied.rule
    return None


def test_a_file_and_its_rules(tmp_path: Path) -> None:
    """Rules are read with their configuration; a fault of either names file and key."""
    file = tmp_path / "c2cd.toml"
    file.write_text(
        "allow_open_buttons = true\n" + CONFIG + 'limits.public.throttle = 3\nwhitelist = ["^1"]\n'
    )
    config, rules = load_rules(file)
    assert rules.accounts == {"acme": config.accounts[0]}
    assert rules.limits_of("acme", "public").throttle == 3
    assert not rules.is_open_door(account(), means(auth_required=False))
    file.write_text(CONFIG + 'whitelist = ["("]\n')
    with pytest.raises(ConfigError, match=f"^{file}: accounts.0.whitelist.0: "):
        load_rules(file)
    file.write_text(CONFIG + "whitelist = 3\n")
    with pytest.raises(ConfigError, match=f"^{file}: accounts.0.whitelist: "):
        load_rules(file)


@pytest.mark.parametrize(
    ("limits", "key"),
    [
        (Limits(contact_live=0, throttle=2), "throttle"),
        (Limits(contact_live=0, contact_per_day=2), "contact_per_day"),
        (Limits(contact_live=0, calls_per_day=2), "calls_per_day"),
        (Limits(contact_live=2), "contact_live"),
        (Limits(contact_live=0, live_per_account=2), "live_per_account"),
    ],
)
def test_what_is_counted_outlives_the_rules(clock: ManualClock, limits: Limits, key: str) -> None:
    """Clicks and calls of the time of former rules count by those in their place."""
    door = doorkeeper(clock)
    for call_id in ("a", "b"):
        assert denied_by(door, limited(door, limits), call_id) is None
    assert denied_by(door, limited(door, limits), "c") == key


async def test_who_is_gone_is_followed(clock: ManualClock) -> None:
    """A call of an account that the rules do not have any more goes on being counted until it ends."""
    door = doorkeeper(clock)
    clicked = click(Limits(live_in_all=1))
    door.admit("a", clicked)
    door.rules = Rules([account(account_id="beta")])
    other = click(Limits(live_in_all=1), BRITISH, owner=account(account_id="beta"))
    assert denied_by(door, other, "b") == "live_in_all"
    door.follow(replace(call_of(clicked, "a"), state="ended"))
    assert denied_by(door, other, "b") is None
