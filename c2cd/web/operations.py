"""Each verb on each path of the interface: what it takes and gives, in the Structs that it works by."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from c2cd.model.button import ClickToCall
from c2cd.model.journal import Entry
from c2cd.web import paths as at
from c2cd.web.answers import (
    AccountHistoryItem,
    ChallengeAnswer,
    Channel,
    ChannelAction,
    DryRun,
    HistoryItem,
    LinkRequest,
    PlacedCall,
    Progress,
    SignedAnswer,
    StateLine,
    StatisticsAnswer,
    TokenAuth,
)

Schema = Mapping[str, Any]

STRING: Schema = {"type": "string"}
INTEGER: Schema = {"type": "integer"}
BOOLEAN: Schema = {"type": "boolean"}
OBJECT: Schema = {"type": "object"}
# A number as people write it, or a SIP URI.
CONTACT: Schema = {
    "type": "string",
    "pattern": r"^( ?\+?[0-9][0-9 ().-]{0,30}|sips?:[A-Za-z0-9_.+-]{1,32}@[A-Za-z0-9.-]{1,64})$",
    "examples": ["+15551234"],
}
_ROW = {
    "type": "object",
    "properties": {"id": STRING, "name": STRING, "extension": STRING},
    "required": ["id", "name", "extension"],
}
_CONTACT = {
    "type": "object",
    "properties": {
        "contact": CONTACT,
        **dict.fromkeys(("signed", "altcha"), STRING),
        **dict.fromkeys(("blocking", "dry_run"), BOOLEAN),
    },
}
_API_KEY = {"type": "object", "properties": {"api_key": STRING}, "required": ["api_key"]}
_ACCOUNT_ID = {"type": "object", "properties": {"account_id": STRING}, "required": ["account_id"]}

_LIST = ("page_size", "start_key", "paginate", "ascending", "has_key", "key_missing", "search")
_EXAMPLE = {"name": "Sales", "extension": "2600"}


class Operation(Struct, frozen=True, kw_only=True):
    """One verb on one path: what it takes in ``data`` and the query string, and what its ``data`` is then."""

    path: str
    verb: str
    does: str
    gives: Schema
    takes: Schema | None = None
    example: object = None
    query: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    status: int = 200
    refusals: tuple[int, ...] = ()
    is_open: bool = False
    is_stream: bool = False


def _named(kind: type[Struct]) -> Schema:
    return {"$ref": f"#/components/schemas/{kind.__name__}"}


def _list_of(row: Schema) -> Schema:
    return {"type": "array", "items": row}


# What the document has under a name of its own.
KINDS = (
    *(ClickToCall, HistoryItem, PlacedCall, Progress, StateLine, Entry, Channel, ChannelAction),
    *(AccountHistoryItem, StatisticsAnswer, ChallengeAnswer, DryRun, LinkRequest, SignedAnswer, TokenAuth),
)
_SAVED = {"allOf": [_named(ClickToCall), {"properties": {"id": STRING}, "required": ["id"]}]}
_PLACED = (409, 422, 429, 502, 504)
_HUNG_UP = (501, 502, 504)
_CALL_TOKEN = ("call_token",)
_CHANGED = (409, 412)

OPERATIONS = (
    Operation(
        path=at.API_AUTH,
        verb="put",
        does="Give a token for an API key",
        gives=_ACCOUNT_ID,
        takes=_API_KEY,
        status=201,
        is_open=True,
    ),
    Operation(path=at.TOKEN_AUTH, verb="get", does="Tell what a token opens", gives=_named(TokenAuth)),
    Operation(
        path=at.BUTTONS,
        verb="get",
        does="List the buttons",
        gives=_list_of(_ROW),
        query=(*_LIST, "fields"),
        headers=("if-none-match",),
    ),
    Operation(
        path=at.BUTTONS,
        verb="put",
        does="Create a button",
        gives=_SAVED,
        takes=_named(ClickToCall),
        example=_EXAMPLE,
        status=201,
    ),
    Operation(path=at.BUTTON, verb="get", does="Fetch a button", gives=_SAVED, headers=("if-none-match",)),
    Operation(
        path=at.BUTTON,
        verb="post",
        does="Replace every field of a button",
        gives=_SAVED,
        takes=_named(ClickToCall),
        example=_EXAMPLE,
        headers=("if-match",),
        refusals=_CHANGED,
    ),
    Operation(
        path=at.BUTTON,
        verb="patch",
        does="Change fields of a button; null removes one",
        gives=_SAVED,
        takes=OBJECT,
        example={"timeout": 20, "throttle": None},
        headers=("if-match",),
        refusals=_CHANGED,
    ),
    Operation(
        path=at.BUTTON,
        verb="delete",
        does="Remove a button; its history stays",
        gives=_SAVED,
        headers=("if-match",),
        refusals=_CHANGED,
    ),
    Operation(
        path=at.HISTORY,
        verb="get",
        does="List a button's calls, 31 days of them at most",
        gives=_list_of(_named(HistoryItem)),
        query=(*_LIST, "created_from", "created_to"),
        headers=("if-none-match",),
    ),
    Operation(
        path=at.PAST_CALL,
        verb="get",
        does="Show one call, while it lives and after",
        gives=_named(HistoryItem),
    ),
    Operation(
        path=at.ALL_HISTORY,
        verb="get",
        does="List the calls of all the account's buttons, 31 days of them at most",
        gives=_list_of(_named(AccountHistoryItem)),
        query=(*_LIST, "created_from", "created_to"),
        headers=("if-none-match",),
    ),
    Operation(
        path=at.ANY_CALL,
        verb="get",
        does="Show one call of the account, also where its button is gone",
        gives=_named(AccountHistoryItem),
    ),
    Operation(
        path=at.STATISTICS,
        verb="get",
        does="Tell what became of the account's clicks, of 31 days at most",
        gives=_named(StatisticsAnswer),
        query=("created_from", "created_to", "timezone"),
    ),
    *(
        Operation(
            path=at.CONNECT,
            verb=verb,
            does="Place a call; blocking, its history item is the answer, else Kazoo's originate request."
            " A dry run tells what would become of it",
            gives={"anyOf": [_named(PlacedCall), _named(DryRun), OBJECT]},
            takes=None if verb == "get" else _CONTACT,
            example={"contact": "+15551234"},
            query=("contact", "blocking", "signed", "dry_run", "auto_answer")
            if verb == "get"
            else ("dry_run", "auto_answer"),
            headers=("idempotency-key",),
            refusals=_PLACED,
        )
        for verb in ("get", "post")
    ),
    Operation(
        path=at.CHALLENGE,
        verb="get",
        does="Give what a browser has to solve before it clicks, if anything",
        gives=_named(ChallengeAnswer),
    ),
    Operation(
        path=at.CALL,
        verb="get",
        does="Tell who clicked, by the call's own token, how far the call has come",
        gives=_named(Progress),
        query=_CALL_TOKEN,
        is_open=True,
    ),
    Operation(
        path=at.CALL,
        verb="delete",
        does="Hang the call up, by its own token, ringing or talking",
        gives=_named(Progress),
        query=_CALL_TOKEN,
        refusals=_HUNG_UP,
        is_open=True,
    ),
    Operation(
        path=at.CALL,
        verb="post",
        does="The same, for what can't send DELETE",
        gives=_named(Progress),
        takes=_named(ChannelAction),
        query=_CALL_TOKEN,
        refusals=_HUNG_UP,
        is_open=True,
    ),
    Operation(
        path=at.CALL_EVENTS,
        verb="get",
        does="Tell who clicked, by the call's own token, each state that the call comes to, to its end",
        gives=_named(StateLine),
        query=_CALL_TOKEN,
        is_open=True,
        is_stream=True,
    ),
    Operation(
        path=at.EVENTS,
        verb="get",
        does="Tell what happens to the account's clicks and calls, as the event log has it",
        gives=_named(Entry),
        headers=("last-event-id",),
        is_stream=True,
    ),
    Operation(
        path=at.SIGN,
        verb="post",
        does="Sign a link that may click once, for a contact or for what matches a pattern",
        gives=_named(SignedAnswer),
        takes=_named(LinkRequest),
        example={"contact": "+15551234", "seconds": 3600},
    ),
    Operation(
        path=at.CHANNELS,
        verb="get",
        does="List the account's live calls",
        gives=_list_of(_named(Channel)),
        query=_LIST,
        headers=("if-none-match",),
    ),
    Operation(path=at.CHANNEL, verb="get", does="Show a live call", gives=_named(Channel)),
    Operation(
        path=at.CHANNEL,
        verb="post",
        does="Hang a live call up, ringing or talking",
        gives=_named(Channel),
        takes=_named(ChannelAction),
        refusals=_HUNG_UP,
    ),
)
