"""How large a request may be, and where it ends: nobody behind a proxy may be of another opinion."""

import time

import pytest

from c2cd.server.connection import LONGEST_REQUEST, Connection
from c2cd.server.parser import LARGEST_HEAD
from c2cd.web.visit import LARGEST_BODY
from tests.server.hosting import Host, request
from tests.switch.turning import until

CHUNKED = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
LARGE_HEAD = (431, "request_header_fields_too_large")


def padded(size: int) -> bytes:
    """Write a request whose head has this size."""
    return request(X_Padding="x" * (size - len(request(X_Padding=""))))


@pytest.mark.parametrize("pieces", [1, 3])
async def test_the_largest_head(host: Host, pieces: int) -> None:
    """A head of just the largest size is read, in one piece or several."""
    whole = padded(LARGEST_HEAD)
    assert len(whole) == LARGEST_HEAD
    visitor = await host.visit()
    for start in range(0, LARGEST_HEAD, LARGEST_HEAD // pieces):
        await visitor.say(whole[start : start + LARGEST_HEAD // pieces])
    assert (await visitor.hear()).status == 200


async def test_a_head_that_is_too_large(host: Host) -> None:
    """One byte more is refused and the connection closed, also where all of it came at once."""
    visitor = await host.visit(padded(LARGEST_HEAD + 1))
    assert (await visitor.hear()).refusal == LARGE_HEAD
    assert await visitor.rest() == b""
    assert host.app.bodies == []


@pytest.mark.parametrize("start", [b"GET / HTTP/1.1\r\nX: ", b"GET /", b"G", b"GET / HTTP/1.1\r\nX"])
async def test_a_head_without_end(host: Host, start: bytes) -> None:
    """A head that does not end is refused once it is too large, not when its time is over."""
    visitor = await host.visit(start + b"x" * LARGEST_HEAD)
    assert (await visitor.hear()).refusal == LARGE_HEAD


AMBIGUOUS = {
    "both": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "both, turned": CHUNKED.replace(b"\r\n\r\n", b"\r\ncontent-length: 0\r\n\r\n0\r\n\r\n"),
    "two lengths": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n12345",
    "a list": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5, 6\r\n\r\n12345",
    "no number": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\n12345",
    "old and chunked": b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a length that nothing has": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %s\r\n\r\n" % (b"9" * 5000),
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n",
    "no version": b"GET /\r\n\r\n",
    "another version": b"GET / HTTP/2.0\r\nHost: x\r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a tunnel": b"CONNECT x:1 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n12345",
    "two spaces": b"POST  / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n12345",
    "no verb": b"PO(ST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n12345",
    "an empty line": b"\r\n\r\n",
    "a folded line": b"POST / HTTP/1.1\r\nHost: x\r\nX: y\r\n Content-Length: 5\r\n\r\n12345",
    "bare ends of lines": b"POST / HTTP/1.1\nHost: x\nContent-Length: 5\n\n12345",
    "a bare end amid a line": b"POST / HTTP/1.1\r\nHost: x\nContent-Length: 5\r\n\r\n12345",
    "a bare return amid a line": b"POST / HTTP/1.1\r\nHost: x\r\nX: y\rContent-Length: 5\r\n\r\n12345",
    "no HTTP": b"\x16\x03\x01\x02\x00\x01",
    "a space before the colon": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length : 5\r\n\r\n12345",
}


@pytest.mark.parametrize("said", AMBIGUOUS.values(), ids=AMBIGUOUS)
async def test_a_request_of_doubtful_length(host: Host, said: bytes) -> None:
    """What two readers could take for different requests is 400, closed, and never the application's."""
    visitor = await host.visit(said + request(b"smuggled"))
    assert (await visitor.hear()).refusal == (400, "bad_request")
    assert await visitor.rest() == b""
    assert host.app.bodies == []


@pytest.mark.parametrize("coding", [b"gzip", b"chunked, chunked", b"identity", b"xchunked"])
async def test_an_unknown_coding(host: Host, coding: bytes) -> None:
    """A Transfer-Encoding that is not chunked alone is 501, closed, and never the application's."""
    visitor = await host.visit(CHUNKED.replace(b"chunked", coding) + b"0\r\n\r\n")
    assert (await visitor.hear()).refusal == (501, "not_implemented")
    assert host.app.bodies == []


async def test_no_http_without_an_end(host: Host) -> None:
    """What can't become a request is refused at once, though it does not end as a head does."""
    visitor = await host.visit(b"\x16\x03\x01\x02\x00\x01")
    assert (await visitor.hear()).refusal == (400, "bad_request")


@pytest.mark.parametrize("size", [1, 2, 3, 5, 1000])
async def test_chunks_end_where_they_end(host: Host, size: int) -> None:
    """However chunks are cut on their way, what follows the last is the next request."""
    said = CHUNKED + b"3;x=y\r\na\r\n\r\n4\r\n\r\n\r\n\r\n0\r\nX-Last: 1\r\n\r\n" + request(b"12345")
    visitor = await host.visit()
    for start in range(0, len(said), size):
        await visitor.say(said[start : start + size])
    assert [(await visitor.hear()).body for _ in range(2)] == [b"7", b"5"]
    assert host.app.bodies == [b"a\r\n\r\n\r\n", b"12345"]


async def test_what_stands_behind_a_body_is_no_header(host: Host) -> None:
    """A trailer is not taken for a header, which a proxy may have taken away."""
    visitor = await host.visit(CHUNKED.replace(b"Host: x", b"Host: x\r\nX-First:  1 \t"))
    await visitor.say(b"0\r\nX-Forwarded-For: 192.0.2.1\r\n\r\n")
    await visitor.hear()
    assert host.app.headers == [{b"host": b"x", b"transfer-encoding": b"chunked", b"x-first": b"1"}]


@pytest.mark.parametrize("start", [b"0\r\nX: ", b"1;x="])
async def test_chunks_that_are_no_body(host: Host, start: bytes) -> None:
    """Trailers, and extensions of chunks, have no more room than a head, and are not kept without end."""
    visitor = await host.visit(CHUNKED + start)
    for _ in range(5):
        await visitor.say(b"x" * (LARGEST_HEAD // 4))
    await visitor.say(b"x")
    assert (await visitor.hear()).refusal == LARGE_HEAD


async def test_a_bad_chunk(host: Host) -> None:
    """A body that turns out to be none is 400, and the application that waits for it sees a disconnect."""
    visitor = await host.visit(CHUNKED + b"1\r\nx\r\n")
    await visitor.say(b"zz\r\n")
    assert (await visitor.hear()).refusal == (400, "bad_request")
    await until(lambda: host.app.left == 1)


async def test_a_bad_chunk_of_who_waits_to_go_on(host: Host) -> None:
    """So it is where the client asked to be told to go on, and went on by itself."""
    expecting = CHUNKED.replace(b"\r\n\r\n", b"\r\nExpect: 100-continue\r\n\r\n")
    visitor = await host.visit(expecting + b"zz\r\n")
    assert (await visitor.hear()).refusal == (400, "bad_request")
    await until(lambda: host.app.left == 1)


async def test_nonsense_behind_a_request(host: Host) -> None:
    """What follows a good request and is none is refused after that one's answer."""
    visitor = await host.visit(request(b"12345") + b"nonsense\r\n\r\n")
    assert (await visitor.hear()).body == b"5"
    assert (await visitor.hear()).refusal == (400, "bad_request")
    assert await visitor.rest() == b""


@pytest.mark.parametrize("version", ["1.0", "1.1"])
async def test_nonsense_behind_the_last_request(host: Host, version: str) -> None:
    """What follows a request after which the connection ends is nothing to it."""
    visitor = await host.visit(f"GET /wait HTTP/{version}\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    await visitor.say(b"\r\n")
    await visitor.say(b"nonsense\r\n\r\n")
    host.app.going.set()
    assert (await visitor.hear()).body == b"0"


@pytest.mark.parametrize("header", ["h2c", "websocket"])
async def test_an_upgrade_is_passed_over(host: Host, header: str) -> None:
    """Who offers another protocol is answered in this one."""
    visitor = await host.visit(request(b"12345", Connection="upgrade", Upgrade=header) + request(b"12"))
    assert [(await visitor.hear()).body for _ in range(2)] == [b"5", b"2"]


@pytest.mark.parametrize("verb", ["MAKE", "connect", "CONNECT", "PRI", "SOURCE"])
async def test_any_verb(host: Host, verb: str) -> None:
    """What a verb means is the application's to say; a body is read as any other's."""
    visitor = await host.visit(request(b"12345").replace(b"POST", verb.encode()) + request(b"12"))
    assert [(await visitor.hear()).body for _ in range(2)] == [b"5", b"2"]
    assert host.app.verbs == [verb, "POST"]


@pytest.mark.parametrize("name", ["", "x", "[::1]:80", "a b", "evil.example/path"])
async def test_any_host(host: Host, name: str) -> None:
    """c2cd has one site, whatever the Host header calls it."""
    visitor = await host.visit(request(b"12345", Host=name))
    assert (await visitor.hear()).status == 200


async def test_a_large_body_is_not_read_after_an_early_answer(host: Host) -> None:
    """Where the answer needs no body, as 404 does, a large one is not read: the connection is closed."""
    visitor = await host.visit(b"POST /early HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n")
    assert (await visitor.hear()).status == 200
    assert await visitor.rest() == b""


async def test_chunks_without_end_are_not_read_after_an_early_answer(host: Host) -> None:
    """So does one that does not say how large it is, once it has been too large."""
    visitor = await host.visit(CHUNKED.replace(b"/ ", b"/early ", 1))
    assert (await visitor.hear()).status == 200
    await visitor.say(b"%x\r\n" % LARGEST_BODY + b"x" * LARGEST_BODY + b"\r\n")
    await visitor.say(b"1\r\nx\r\n")
    assert await visitor.rest() == b""


async def test_bodies_are_measured_one_by_one(host: Host) -> None:
    """Requests whose bodies are too large together, and each of them is not, all have their answer."""
    visitor = await host.visit()
    for _ in range(4):
        await visitor.say(CHUNKED.replace(b"/ ", b"/early ", 1))
        assert (await visitor.hear()).status == 200
        await visitor.say(b"%x\r\n" % (LARGEST_BODY - 1) + b"x" * (LARGEST_BODY - 1) + b"\r\n0\r\n\r\n")


@pytest.mark.parametrize("version", ["1.0", "1.1"])
async def test_who_is_still_sending_hears_the_answer(host: Host, version: str) -> None:
    """Where an early answer is the last one, what its client still sends does not take it away."""
    head = f"POST /early HTTP/{version}\r\nHost: x\r\nConnection: close\r\nContent-Length: 4000000\r\n\r\n"
    visitor = await host.visit(head.encode())
    for _ in range(40):
        await visitor.say(b"x" * 100_000)
    assert (await visitor.hear()).status == 200
    assert await visitor.rest() == b""


async def test_who_asks_much_at_once_waits(host: Host) -> None:
    """Of many requests that come together one at a time is read, and no more is taken from the client."""
    visitor = await host.visit(request(path="/wait") + request(b"12345") * 1000)
    await visitor.say(request(b"12345") * 1000)
    (connection,) = host.server.server_state.connections
    assert isinstance(connection, Connection)
    assert connection.flow.read_paused
    assert not connection.pipeline
    host.app.going.set()
    assert (await visitor.hear()).body == b"0"
    assert {(await visitor.hear()).body for _ in range(2000)} == {b"5"}


@pytest.mark.parametrize("verb", [b"HEAD", b"GET"])
async def test_who_asks_to_be_told_to_go_on(host: Host, verb: bytes) -> None:
    """A client that waits to be told is told, and then has its answer, with a body or without one."""
    head = b" / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n"
    visitor = await host.visit(verb + head)
    await visitor.say(b"x")
    go_on, answer = (await visitor.rest()).split(b"\r\n\r\n", 1)
    assert go_on == b"HTTP/1.1 100 Continue"
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer.endswith(b"\r\n\r\n" if verb == b"HEAD" else b"\r\n\r\n1")


async def test_heads_byte_by_byte_are_cheap(host: Host) -> None:
    """The largest head costs little to read however small its pieces are."""
    visitor = await host.visit()
    connection = next(iter(host.server.server_state.connections))
    began = time.process_time()
    for byte in padded(LARGEST_HEAD)[:-1]:
        connection.data_received(bytes([byte]))
    assert time.process_time() - began < LONGEST_REQUEST / 5
    await visitor.say(b"\n")
    assert (await visitor.hear()).status == 200
