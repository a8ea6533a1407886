"""What nobody sends who means well, as strategies of hypothesis for every front that has to bear it."""

import json
import operator
from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st

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
contacts = st.one_of(digits, written_numbers, spiked, uris, other_digits, long, st.text(max_size=60))

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
extensions = st.one_of(digits, spiked, st.text("0123456789ABCab*#+_.-", max_size=70), other_digits)

BAD_PATTERNS = ["(?=1)", r"(a)\1", "(", "[", "*", "a{1001}", "\\", "(?<!x)y", "(((a{99}){99}){99})", ""]
patterns = st.sampled_from(["^[+]1555", "(a|a)*b", "^(([0-9])+)+$", ".", *BAD_PATTERNS]) | st.text(
    "0123456789+", max_size=12
).map(lambda text: text.replace("+", "[+]"))
OPEN = r"(mon|tue|wed|thu|fri|sat|sun) ([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]"
hours = st.fixed_dictionaries(
    {
        "timezone": st.sampled_from(["UTC", "Europe/Berlin", "../../etc/passwd", "/etc/passwd", "UTC\0", ""]),
        "open": st.lists(st.from_regex(OPEN, fullmatch=True) | spiked, max_size=3),
    }
)
origins = (
    st.sampled_from(["*", "https://www.example", "null", "https://a/b", "https://a\r\nX: y", ""]) | spiked
)

# Field of a button → what is put into it; any of them may be of any other type as well.
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "extension": extensions,
    "caller_id_number": extensions,
    "outbound_callee_id_number": extensions,
    "outbound_callee_id_name": names,
    "ringback": names | st.just("%(2000,4000,440,480)"),
    "music_on_hold": st.fixed_dictionaries({"media_id": names | st.text("abcXYZ-_", max_size=90)}),
    "custom_application_vars": st.dictionaries(
        st.text("abcXYZ-_", min_size=1, max_size=10) | spiked, names | long, max_size=4
    ),
    "custom_sip_headers": st.dictionaries(
        st.sampled_from(["X-Order", "x-order", "X-", "Via", "X-Bad\r\nX", "X Y", "\u00e9"]),
        names | st.booleans() | st.integers(0, 1000) | st.text("abc._:@/+- ", max_size=210),
        max_size=4,
    ),
    "hours": hours,
    "allowed_origins": st.lists(origins, max_size=3),
    "whitelist": st.lists(patterns, max_size=3),
}
documents = st.builds(
    lambda name, extension, more: {"name": name, "extension": extension, **dict(more)},
    names,
    st.just("1001") | digits,
    st.lists(
        st.sampled_from(sorted(FIELDS)).flatmap(
            lambda field: st.tuples(st.just(field), st.one_of(*[FIELDS[field]] * 7, values))
        ),
        max_size=3,
    ),
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
