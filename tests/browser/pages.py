"""A web server for the pages that carry a button: at as many origins as a test needs, with its headers."""

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping, MutableSet
from contextlib import AsyncExitStack, asynccontextmanager
from http import HTTPStatus

PAGE = """<!doctype html>
<html lang="{language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>{head}</head>
<body><main><h1>{title}</h1>{body}</main></body>
</html>
"""


def page(body: str, *, head: str = "", title: str = "Our shop", language: str = "en") -> str:
    """Give the HTML of a page that has nothing wrong with it, around what a test puts there."""
    return PAGE.format(body=body, head=head, title=title, language=language)


def strict_policy(daemon: str) -> dict[str, str]:
    """Give the header of a page that lets nothing in but the button: its script, and its requests."""
    policy = (
        f"default-src 'none'; script-src {daemon}; connect-src {daemon}; base-uri 'none'; form-action 'none'"
    )
    return {"Content-Security-Policy": policy}


class Origin:
    """A port of loopback, and so an origin, with what is to be had there."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._answers: dict[str, bytes] = {}
        self.put("/favicon.ico", "", status=HTTPStatus.NO_CONTENT)

    def put(
        self,
        path: str,
        content: str,
        headers: Mapping[str, str] | None = None,
        *,
        kind: str = "text/html",
        status: HTTPStatus = HTTPStatus.OK,
    ) -> str:
        """Have a path answered so from now on, and give its URL."""
        body = content.encode()
        lines = {
            "Content-Type": f"{kind}; charset=utf-8",
            "Content-Length": str(len(body)),
            "Cache-Control": "no-store",
            "Connection": "close",
            **(headers or {}),
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        self._answers[path] = f"HTTP/1.1 {status} {status.phrase}\r\n{head}\r\n".encode() + body
        return self.url + path

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request; what is nowhere is 404, and who leaves in the middle is let go."""
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            path = head.split(b" ")[1].decode().partition("?")[0]
            writer.write(self._answers.get(path, b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"))
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


class Pages:
    """The server. Every ``origin`` is another one, and is noted in ``origins``."""

    def __init__(self, stack: AsyncExitStack, origins: MutableSet[str]) -> None:
        self._stack = stack
        self._origins = origins

    async def origin(self) -> Origin:
        """Open an origin, which is there as long as the server."""
        listener = socket.create_server(("127.0.0.1", 0))
        origin = Origin(listener.getsockname()[1])
        await self._stack.enter_async_context(await asyncio.start_server(origin.answer, sock=listener))
        self._origins.add(origin.url)
        return origin


@asynccontextmanager
async def serving_pages(origins: MutableSet[str]) -> AsyncIterator[Pages]:
    """Serve pages while the block runs, and note where."""
    async with AsyncExitStack() as stack:
        yield Pages(stack, origins)
