"""What a connect that does not block answers: Kazoo's originate request, with what c2cd really does in it."""

from c2cd.calls.applying import can_auto_answer, takes_early_media
from c2cd.calls.composing import shown_to_contact, shown_to_extension
from c2cd.model.account import Account
from c2cd.model.button import Button, ClickToCall
from c2cd.model.call import Call
from c2cd.model.contact import Contact
from c2cd.web.visit import Visit, is_yes


def asks_to_auto_answer(visit: Visit, button: Button) -> bool:
    """Tell whether the extension's phone is to answer by itself: it opens a microphone in an office.

    So it is only for who has a token and asks for it in the query string, where Kazoo has it too but on.
    """
    asked = is_yes(visit.query.get("auto_answer")) and visit.token is not None
    return asked and visit.owner.auto_answer and can_auto_answer(visit.owner, button.means)


def originate_data(
    call: Call, account: Account, button: ClickToCall, contact: Contact, *, auto_answer: bool
) -> dict[str, object]:
    """Show the call in Kazoo's words (``cb_clicktocall``); three of the switches are strings there too."""
    first, second = (
        (button.extension, contact.text)
        if button.dial_first == "extension"
        else (contact.text, button.extension)
    )
    caller_name, caller_number = shown_to_extension(button, contact)
    callee_name, callee_number = shown_to_contact(button)
    request_uri = f"{second}@{account.realm}"
    return {
        "call_id": call.id,
        "application_name": "transfer",
        "application_data": {"route": second},
        "continue_on_fail": False,
        "custom_application_vars": button.custom_application_vars,
        "custom_channel_vars": {
            "account_id": account.id,
            "authorizing_id": call.button_id,
            "authorizing_type": "clicktocall",
            "auto_answer_loopback": auto_answer,
            "from_uri": f"{caller_number}@{account.realm}",
            "inherit_codec": False,
            "loopback_request_uri": f"{first}@{account.realm}",
            "request_uri": request_uri,
            "retain_cid": True,
        },
        "dial_endpoint_method": "single",
        "endpoints": [
            {"invite_format": "loopback", "route": first, "to_did": first, "to_realm": account.realm}
        ],
        "export_custom_channel_vars": ["account_id", "authorizing_id", "authorizing_type", "retain_cid"],
        "ignore_early_media": not takes_early_media(button),
        "loopback_bowout": "false",
        "outbound_call_id": call.id,
        "outbound_callee_id_name": callee_name,
        "outbound_callee_id_number": callee_number,
        "outbound_caller_id_name": caller_name,
        "outbound_caller_id_number": caller_number,
        "simplify_loopback": "false",
        "start_control_process": "false",
        "timeout": button.timeout,
    }
