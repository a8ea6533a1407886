"""A daemon on a real switch that is asked what nobody asks who means well, and the record of its wire."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, TypeVar

import httpx

from tests.lab.asterisk import Asterisk
from tests.lab.phones import Phone
from tests.process import Daemon, eventually
from tests.readings import reads_as
from tests.switch.proxy import Proxy
from tests.switch.strict import Sent, read_sent

T = TypeVar("T")

CONTACT = "+15551234"
EXTENSION = "1001"
AT_ONCE = 8
# Calls that end at once: of a dialplan that hangs up, or for want of an endpoint.
ACCOUNT = """
[[accounts]]
id = "hostile"
realm = "hostile.example"
extension_channel = "Local/{number}@ending/n"
contact_channel = "Local/{number}@ending/n"
sip_uri_channel = "PJSIP/nobody/{uri}"
allow_open_buttons = true
[accounts.limits.token]
allowed_kinds = ["premium_rate", "shared_cost", "satellite", "emergency"]
"""


class Siege:
    """A daemon on a real switch, the record of its wire, and what was placed by whom we asked."""

    def __init__(
        self, daemon: Daemon, proxy: Proxy, asterisk: Asterisk, http: httpx.AsyncClient, token: str
    ) -> None:
        self.daemon = daemon
        self.proxy = proxy
        self.asterisk = asterisk
        self.http = http
        self.token = token
        self.statuses: Counter[int] = Counter()
        self.placed: dict[str, set[str]] = {}

    async def ask(
        self, verb: str, path: str, *, headers: dict[str, bytes] | None = None, **more: Any
    ) -> httpx.Response:
        """Make a request below the account's buttons. Its answer must be an envelope: a success or 4xx."""
        sent = {"x-auth-token": self.token.encode(), **(headers or {})}
        while True:
            url = f"/v2/accounts/hostile/clicktocall{path}"
            response = await self.http.request(
                verb, url, headers=[(name.encode(), value) for name, value in sent.items()], **more
            )
            if response.status_code != 503 or response.json()["message"] != "switch_busy":
                break
        self.statuses[response.status_code] += 1
        content = response.json()
        is_fine = response.status_code in {200, 201}
        assert is_fine or 400 <= response.status_code < 500, response.text
        assert content["status"] == ("success" if is_fine else "error"), response.text
        assert content.keys() >= {"data", "request_id", "timestamp", "node"}
        return response

    async def button(self, **document: object) -> str:
        """Save a button and give its id."""
        data = {"name": "Sales", "extension": EXTENSION, **document}
        response = await self.ask("PUT", "", json={"data": data})
        button_id: str = response.json()["data"]["id"]
        return button_id

    def note(self, response: httpx.Response, contact: object, extension: str = EXTENSION) -> bool:
        """Note the call of a click that was placed, of a contact that reads; tell whether it was placed."""
        read = reads_as(contact)
        assert read is not None or response.status_code >= 400, (contact, response.text)
        if response.status_code < 400:
            assert read is not None
            call_id = response.json()["data"]["call_id"]
            assert self.placed.setdefault(call_id, {extension, read}) == {extension, read}
        return response.status_code < 400

    async def every(self, attempts: Iterable[T], attempt: Callable[[T], Awaitable[None]]) -> None:
        """Make all these attempts, some at once."""
        waiting = iter(attempts)

        async def work() -> None:
            for one in waiting:
                await attempt(one)

        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(work())

    def sent(self) -> list[Sent]:
        """Give all that has gone to the switch, which is nothing but what is expected."""
        login, *found = read_sent(bytes(self.proxy.sent))
        assert login.action == "Login"
        assert "Login" not in {one.action for one in found}
        return found

    def dialled(self) -> dict[str, set[str]]:
        """Give whom each Originate dialled, by its call's id; none may have gone twice."""
        orders = [one for one in self.sent() if one.action == "Originate"]
        found = {dict(one.headers)["ActionID"]: set(one.dialled) for one in orders}
        assert len(found) == len(orders)
        return found

    async def assert_unharmed(self) -> None:
        """Wait until the switch has no channel left; then an ordinary call comes about and can be ended."""

        async def none_left() -> bool:
            return not await self.asterisk.channels()

        await eventually(none_left, 30)
        assert (await self.http.get("/readyz")).status_code == 200
        assert self.proxy.connections == 1
        assert "Traceback" not in self.daemon.messages
        async with (
            Phone(self.asterisk.ports.extension_phone),
            Phone(self.asterisk.ports.contact_phone) as phone,
        ):
            button = await self.daemon.create_button()
            answer = await self.daemon.click(button, CONTACT)
            assert answer.json()["data"]["state"] == "bridged", answer.text
            call_id = answer.json()["data"]["call_id"]
            await self.daemon.request("POST", f"/{call_id}", {"action": "hangup"}, below="channels")
            assert (await self.daemon.wait_until(button, "ended"))["result"] == "success"
            assert len(phone.invites()) == 1
            await eventually(none_left, 10)
        self.placed[call_id] = {EXTENSION, CONTACT}
        assert Counter(one.action for one in self.sent())["Hangup"] == 1
