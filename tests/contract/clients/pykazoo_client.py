"""PyKazoo 0.0a8: it knows clicktocall itself, but no PATCH, which goes its generic way."""

import json
import sys

from pykazoo.client import PyKazooClient


def main(url: str, api_key: str, account: str) -> None:
    """Go through a button's life."""
    client = PyKazooClient(url)
    client.authentication.api_auth(api_key)
    assert client.authentication.account_id == account
    buttons = client.clicktocalls
    made = buttons.create_click_to_call(account, {"data": {"name": "Sales", "extension": "1001"}})
    button_id = made["data"]["id"]
    listed = buttons.get_click_to_calls(account)
    data = {"data": {"name": "Support", "extension": "1002"}}
    replaced = buttons.update_click_to_call(account, button_id, data)
    path = f"accounts/{account}/clicktocall/{button_id}"
    patched = client._rest_request._request("PATCH", path, {"data": {"timeout": 9}}, None, None)
    connected = buttons.connect_click_to_call(account, button_id, {"data": {"contact": "+15551234"}})
    history = buttons.get_click_to_call_history(account, button_id)
    deleted = buttons.delete_click_to_call(account, button_id)
    steps = (made, listed, replaced, patched, connected, history, deleted)
    print(json.dumps([step["data"] for step in steps]))  # noqa: T201 - for the test that runs it


if __name__ == "__main__":
    main(*sys.argv[1:])
