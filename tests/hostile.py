"""What nobody sends who means well, as strategies of hypothesis for every front that has to bear it."""

import json
import operator
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

T = TypeVar("T")

# What means something to a line of AMI, a dial string, a dialplan, a caller ID, SQL, a shell or a URL.
METACHARACTERS = [
    *",;&|/@$\\\"'`=:%^<>{}[]()?#!~*\r\n\0\x1b\x7f\x85\u2028\ufeff\u0660\uff11\u202e",
    "\r\nAction: Originate\r\nChannel: Local/666@from-internal/n\r\n\r\n",
    "\nAction: Command\nCommand: core stop now\n\n",
    "\r\n\r\n",
    "${SHELL(id)}",
    "${EVAL(${X})}",
    "$[1+1]",
    "@from-internal/n",
    "/n&Local/666@from-internal",
    ",30,gU(x)",
    "SHELL",
    "%0d%0a",
    "\\r\\n",
    "' OR 1=1 --",
    "$(id)",
]

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=40)
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)

digits = st.text("0123456789", min_size=1, max_size=12)
written_numbers = st.text("0123456789+ .-()[]", max_size=40)
# A text that would do, but for what is put into its middle.
spiked = st.builds("{}{}{}".format, digits, st.sampled_from(METACHARACTERS), digits | st.just(""))
uris = st.builds(
    "{}{}@{}{}".format,
    st.sampled_from(["sip:", "sips:"]),
    st.text("abcXYZ019_.+-", min_size=1, max_size=20),
    st.sampled_from(["example.com", "127.0.0.1", "x-1"]),
    st.sampled_from(["", ":5060"]),
)
# What would be called, but for what is put into each place of it.
SPOILED_CONTACTS = [
    place.format(sign)
    for place in (
        *("{}+15551234", "+{}15551234", "+1555{}1234", "+15551234{}"),
        *("{}sip:a@example.com", "sip:{}a@example.com", "sip:a{}b@example.com", "sip:a@{}example.com"),
        *(
            "sip:a@exam{}ple.com",
            "sip:a@example.com{}",
            "sip:a@example.com:50{}60",
            "sip:a@example.com:5060{}",
        ),
    )
    for sign in METACHARACTERS
]
wild_uris = st.builds(
    "{}{}@{}{}{}".format,
    st.sampled_from(["sip:", "sips:", "sip:", "SIP:", "tel:", " sip:", "sip://", ""]),
    st.text("abcXYZ019_.+-", min_size=1, max_size=70) | spiked | st.sampled_from(["SHELL", "FILES", "a:b"]),
    st.sampled_from(["example.com", "127.0.0.1", "[::1]", "-x", "x.", "a" * 200, "EVAL", "h\u00f6st", ""])
    | spiked,
    st.sampled_from(["", "", ":5060", ":0", ":65536", ":", ":1e3", ":\u0661"]),
    st.sampled_from(["", "", "", ";transport=tcp", "?X-Evil=1", "/n", ",30", "&Local/1@x", "\r\nX: y", "@b"]),
)
other_digits = st.text(st.characters(categories=["Nd", "Nl", "No"]), min_size=1, max_size=20)
long = st.builds(
    operator.mul,
    st.sampled_from(["1", "+", "+1", "()", "\u00e9", "sip:", "sip:a@", "\r\n"]),
    st.integers(16, 2000),
)
contacts = st.one_of(
    digits, written_numbers, uris, spiked, wild_uris, other_digits, long, st.text(max_size=60)
)

fields = st.sampled_from(
    [
        "name",
        "extension",
        "timeout",
        "throttle",
        "whitelist",
        "auth_required",
        "dial_first",
        "caller_id_number",
    ]
)
names = st.one_of(
    st.text(max_size=140),
    st.lists(
        st.sampled_from([*METACHARACTERS, "Sales", " ", "Zo\u00eb", "FILE", "\U0001f4de"]), max_size=8
    ).map("".join),
)
tame_names = names.map(lambda text: text[:128] or "-")
numbers = digits | st.text("0123456789ABCab*#_.-", min_size=1, max_size=64)
wild_numbers = st.one_of(spiked, st.text("0123456789ABCab*#+_.-", max_size=70), other_digits, st.just("MYDB"))

BAD_PATTERNS = ["(?=1)", r"(a)\1", "(", "[", "*", "a{1001}", "\\", "(?<!x)y", "(((a{99}){99}){99})", ""]
patterns = st.sampled_from(["^[+]1555", "(a|a)*b", "^(([0-9])+)+$", "."]) | digits
OPEN = r"(mon|tue|wed|thu|fri|sat|sun) ([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]"
zones = ["../../etc/passwd", "/etc/passwd", "UTC\0", "utc", "localtime", ""]
own_variables = st.text("abcXYZ", min_size=1, max_size=10)

# Field of a button → what it may hold, however ill it is meant; and what it may not, or may by chance.
FIELDS: dict[str, tuple[st.SearchStrategy[Any], st.SearchStrategy[Any]]] = {
    "name": (tame_names, names | long),
    "extension": (numbers, wild_numbers),
    "caller_id_number": (numbers, wild_numbers),
    "outbound_callee_id_number": (numbers, wild_numbers),
    "outbound_callee_id_name": (tame_names, names | long),
    "ringback": (names | st.just("%(2000,4000,440,480)"), values),
    "music_on_hold": (
        (names | st.text("abcXYZ-_", max_size=90)).map(lambda media_id: {"media_id": media_id}),
        st.fixed_dictionaries({"media_id": values | long}),
    ),
    "custom_application_vars": (
        st.dictionaries(own_variables, names, min_size=1, max_size=4),
        st.dictionaries(
            own_variables | spiked | st.sampled_from(["a-b", "a_b", ""]), names | long, min_size=1
        ),
    ),
    "custom_sip_headers": (
        st.dictionaries(
            st.sampled_from(["X-Order", "x-order", "Via", "X-"]),
            names | st.booleans() | st.integers(0, 1000) | st.text("abc._:@/+- ", max_size=210),
            min_size=1,
        ),
        st.dictionaries(st.sampled_from(["X-Bad\r\nX", "X Y", "\u00e9", ""]) | spiked, names, min_size=1),
    ),
    "dial_first": (st.sampled_from(["extension", "contact"]), st.sampled_from(["both", "contact\n", ""])),
    "media": (
        st.booleans().map(lambda ignores: {"ignore_early_media": ignores}),
        st.sampled_from([0, "x\r\n"]).map(lambda ignores: {"ignore_early_media": ignores}),
    ),
    "hours": (
        st.lists(st.from_regex(OPEN, fullmatch=True), min_size=1, max_size=3).map(
            lambda times: {"timezone": "Europe/Berlin", "open": times}
        ),
        st.fixed_dictionaries(
            {
                "timezone": st.sampled_from(["UTC", *zones]),
                "open": st.lists(spiked | st.just("mon 00:00-24:01")),
            }
        ),
    ),
    "allowed_origins": (
        st.lists(st.sampled_from(["*", "https://www.example"]), min_size=1, max_size=3),
        st.lists(st.sampled_from(["null", "https://a/b", "https://a\r\nX: y", ""]) | spiked, min_size=1),
    ),
    "whitelist": (
        st.lists(patterns, min_size=1, max_size=3),
        st.lists(patterns | st.sampled_from(BAD_PATTERNS), min_size=1),
    ),
}


def _field(holds: Callable[[str], st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.sampled_from(sorted(FIELDS)).flatmap(lambda name: st.fixed_dictionaries({name: holds(name)}))


# Each field that becomes part of what is dialled or shown, with each of them in it.
SPOILED_DOCUMENTS: list[dict[str, Any]] = [
    {"name": "Sales", "extension": "1001", field: f"1{sign}1"}
    for field in (
        *("name", "outbound_callee_id_name", "extension", "caller_id_number", "outbound_callee_id_number"),
        *("ringback", "presence_id"),
    )
    for sign in METACHARACTERS
]
# Every other one is wrong in one field.
documents = st.builds(
    lambda name, extension, *more: (
        {"name": name, "extension": extension}
        | {field: value for one in more for field, value in one.items()}
    ),
    tame_names,
    numbers,
    *[_field(lambda name: FIELDS[name][0])] * 3,
    st.one_of(st.just({}), st.just({}), _field(lambda name: FIELDS[name][1]), _field(lambda _: values)),
)

header_values = st.text(
    st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=60
).map(lambda text: text.strip().encode("latin-1"))
HEADERS = [
    "accept",
    "authorization",
    "content-encoding",
    "content-type",
    "cookie",
    "forwarded",
    "idempotency-key",
    "if-match",
    "origin",
    "referer",
    "sec-fetch-site",
    "sec-purpose",
    "user-agent",
    "x-auth-token",
    "x-forwarded-for",
    "x-http-method-override",
    "x-request-id",
]
KNOWN_VALUES = [
    b"application/json; charset=utf-16",
    b"multipart/form-data; boundary=x",
    b"text/plain",
    b"gzip",
    b"Bearer x",
    b"Basic Og==",
    b"null",
    b"https://evil.example",
    b"cross-site",
    b"prefetch",
    b"127.0.0.1, ::1, 10.0.0.0/8, unix, _hidden, 1.2.3.4:99999",
    b'for="[::1]:x";by=\xff',
    b"DELETE",
    b"*",
    b'W/"x", "y"',
    b"1" * 5000,
    b"\xff\xfe",
]
headers = st.dictionaries(
    st.sampled_from(HEADERS), header_values | st.sampled_from(KNOWN_VALUES), min_size=1, max_size=4
)
PARAMETERS = [
    *("contact", "auth_token", "signed", "blocking", "auto_answer", "dry_run", "x"),
    *("page_size", "start_key", "paginate", "ascending", "fields", "filter_name", "has_key", "created_from"),
]
queries = st.one_of(
    st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="#"), max_size=80),
    st.dictionaries(
        st.sampled_from(PARAMETERS),
        contacts | st.sampled_from(["true", "1", "-1", "1e400", "9" * 400]),
        max_size=3,
    ).map(lambda query: "&".join(f"{key}={quote(value)}" for key, value in query.items())),
)


def bodies(document: object) -> st.SearchStrategy[bytes]:
    """Give what may become of a document on its way: cut, recoded, doubled, too deep, too large."""
    whole = json.dumps({"data": document})
    inner = whole[len('{"data": {') : -2]
    deep = st.integers(1, 20_000)
    return st.one_of(
        st.binary(max_size=80),
        values.map(lambda value: json.dumps(value).encode()),
        values.map(lambda value: json.dumps({"data": value}).encode()),
        st.integers(0, len(whole)).map(lambda end: whole[:end].encode()),
        st.sampled_from(["utf-16", "utf-32", "utf-8-sig", "utf-16-be", "utf-7"]).map(whole.encode),
        deep.map(lambda depth: ('{"data": ' + "[" * depth + "]" * depth + "}").encode()),
        deep.map(
            lambda depth: ('{"data": {' + inner + ', "x": ' + '{"x":' * depth + "1" + "}" * depth).encode()
        ),
        st.sampled_from(
            ["1e400", "-1e400", "1" * 25, "1" * 5000, '"\\ud800"', "NaN", "0x10", "1.5", "007"]
        ).map(lambda text: f'{{"data": {{{inner}, "x": {text}}}}}'.encode()),
        contacts.map(lambda text: f'{{"data": {{"contact": {json.dumps(text)}, {inner}}}}}'.encode()),
        contacts.map(lambda text: f'{{"data": {{{inner}, "contact": {json.dumps(text)}}}}}'.encode()),
        contacts.map(lambda text: f"contact={quote(text)}".encode()),
        contacts.map(lambda text: f"contact={text}&contact={text}".encode()),
        st.integers(60_000, 70_000).map(lambda size: whole.encode() + b" " * size),
        st.tuples(st.integers(0, len(whole)), st.binary(min_size=1, max_size=3)).map(
            lambda cut: whole[: cut[0]].encode() + cut[1] + whole[cut[0] :].encode()
        ),
    )


def examples(strategy: st.SearchStrategy[T], count: int) -> list[T]:
    """Give so many examples, the same ones each time: where a failure can't be shrunk by asking again."""
    found: list[T] = []

    @settings(
        max_examples=count,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(strategy)
    def collect(example: T) -> None:
        found.append(example)

    collect()
    return found
