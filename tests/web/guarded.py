"""A daemon with the default limits, accounts that differ from them in one, and what a refusal leaves."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from c2cd.model.limits import PUBLIC
from tests.web.site import CONTACT, Site

ANYBODY: dict[str, Any] = {"auth_required": False, "whitelist": ["^"]}

# Limits that are a number: rule, and over how many seconds it holds, if it is not one of what lives at once.
COUNTED: dict[str, tuple[str, int | None]] = {
    "throttle": ("throttle", 60),
    "contact_live": ("contact", None),
    "contact_per_minute": ("contact", 60),
    "contact_per_10_minutes": ("contact", 600),
    "contact_per_day": ("contact", 86_400),
    "address_per_minute": ("address", 60),
    "address_contact_per_minute": ("address", 60),
    "live_per_button": ("concurrency", None),
    "live_per_account": ("concurrency", None),
    "live_in_all": ("concurrency", None),
    "calls_per_day": ("budget", 86_400),
}
NUMBERS = [key for key in PUBLIC.__struct_fields__ if type(getattr(PUBLIC, key)) is int]


def lifted(way: str, **but: int) -> str:
    """Give an account's limits of a way in TOML: all that are numbers are off but these."""
    values = dict.fromkeys(NUMBERS, 0) | but
    return "\n".join(f"limits.{way}.{key} = {value}" for key, value in values.items())


def opening() -> datetime:
    """Give when the account ``closed`` opens: it is closed today and tomorrow, whenever a test runs."""
    day = datetime.now(UTC) + timedelta(days=2)
    return day.replace(hour=9, minute=30, second=0, microsecond=0)


def accounts() -> str:
    """Give the accounts in TOML: the default limits, and one account for each that is counted, which is 1."""
    hours = f'{{ timezone = "UTC", open = ["{opening():%a} 09:30-18:00"] }}'.lower().replace("utc", "UTC")
    alone = "\n".join(
        f'[[accounts]]\nid = "{key}"\nrealm = "x.example"\n{lifted("public", **{key: 1})}\n{lifted("token")}'
        for key in COUNTED
    )
    return f"""
[[accounts]]
id = "us"
realm = "us.example"
region = "US"
[[accounts]]
id = "closed"
realm = "closed.example"
hours = {hours}
[[accounts]]
id = "post"
realm = "post.example"
limits.public.allow_get = false
[[accounts]]
id = "signing"
realm = "signing.example"
[accounts.limits.public]
signature_required = true
{alone}
"""


async def click(
    visitor: Site, button_id: str, contact: object = CONTACT, *, account: str = "acme", **more: Any
) -> httpx.Response:
    """Click as a visitor of a website does, without a token."""
    return await visitor.connect(button_id, contact, account=account, **{"token": None, **more})


async def told(site: Site, button_id: str, count: int = 1) -> dict[str, Any]:
    """Give the event log's line of the latest of so many clicks of a button that were refused."""
    lines = await site.daemon.lines("click.denied", count, clicktocall_id=button_id)
    *_, line = (line for line in lines if line["event"] == "click.denied")
    return line


def placed(site: Site, button_id: str) -> int:
    """Tell how many calls of a button there are: as many rows as orders."""
    orders = len(site.orders(button_id))
    assert site.calls(button_id) == orders
    return orders
