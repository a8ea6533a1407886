"""kazoo-sdk 0.2.4: it knows no clicktocall, but resources can be described to it."""

import json
import sys
from typing import Any

import kazoo
from kazoo.rest_resources import RestResource


class Client(kazoo.Client):  # type: ignore[misc]  # it has no types
    """The client, with one resource more in its own words."""

    _clicktocall = RestResource(
        "clicktocall",
        "/accounts/{account_id}/clicktocall/{clicktocall_id}",
        extra_views=[
            {"name": "connect_clicktocall", "path": "connect", "scope": "object", "method": "post"},
            {"name": "get_clicktocall_history", "path": "history", "scope": "object"},
        ],
    )


def main(url: str, api_key: str, account: str) -> None:
    """Go through a button's life."""
    client: Any = Client(api_key=api_key, base_url=url)
    client.authenticate()
    made = client.create_clicktocall(account, {"name": "Sales", "extension": "1001"})
    button_id = made["data"]["id"]
    listed = client.get_clicktocalls(account)
    replaced = client.update_clicktocall(account, button_id, {"name": "Support", "extension": "1002"})
    path = f"/accounts/{account}/clicktocall/{button_id}"
    _, patched = client.manual_request(path, "patch", data={"data": {"timeout": 9}})
    connected = client.connect_clicktocall(account, button_id, {"contact": "+15551234"})
    history = client.get_clicktocall_history(account, button_id)
    deleted = client.delete_clicktocall(account, button_id)
    steps = (made, listed, replaced, {"data": patched}, connected, history, deleted)
    print(json.dumps([step["data"] for step in steps]))  # noqa: T201 - for the test that runs it


if __name__ == "__main__":
    main(*sys.argv[1:])
