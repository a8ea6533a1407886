"""What people use instead: a PHP script that logs in for each click, behind nginx and php-fpm.

With as many children as there are clicks in flight no click waits for another, but Asterisk lets ten
connections wait at its AMI port, and more are dropped to come again a second later. With fewer children than
that the clicks wait in php-fpm instead.
"""

import asyncio
import shutil
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from urllib.parse import quote

from tests.bench.switch import WATCHER, BenchSwitch
from tests.bench.watching import Watcher, watching
from tests.bench.ways.http import Clients, request, status
from tests.bench.ways.order import new_call_id
from tests.bench.ways.script import write_settings
from tests.bench.ways.way import Clicked, Refused, contact, family, thread_seconds
from tests.process import eventually, free_port

# Debian's, which both are made for.
_USER = "www-data"
_SCRIPT = Path(__file__).parent / "click.php"
_POOL = """
[global]
error_log = {folder}/fpm.log
daemonize = no
[bench]
user = {user}
listen = {folder}/fpm.sock
listen.owner = {user}
pm = static
pm.max_children = {children}
"""
_NGINX = """
daemon off;
user {user};
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
worker_processes auto;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    fastcgi_temp_path {folder}/fastcgi;
    proxy_temp_path {folder}/proxy;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    keepalive_requests 1000000;
    server {{
        listen 127.0.0.1:{port};
        location = /click.php {{
            fastcgi_pass unix:{folder}/fpm.sock;
            fastcgi_param SCRIPT_FILENAME {folder}/click.php;
            fastcgi_param REQUEST_METHOD $request_method;
            fastcgi_param QUERY_STRING $query_string;
        }}
    }}
}}
"""


def fpm() -> str | None:
    """Give the name of php-fpm's program, which Debian has with PHP's version at its end."""
    found = [*Path("/usr/sbin").glob("php-fpm*")]
    return str(max(found)) if found else shutil.which("php-fpm")


class Php:
    """Asks the script by keep-alive HTTP."""

    def __init__(self, name: str, port: int, pids: list[int], watcher: Watcher) -> None:
        self.name = name
        self._clients = Clients("127.0.0.1", port)
        self._pids = pids
        self._watcher = watcher

    async def click(self, slot: int, number: int) -> Clicked:
        """Ask, and wait for the answer and the call's decision."""
        began = time.perf_counter()
        call_id = new_call_id()
        decided = self._watcher.decided(call_id.encode())
        answer = await self._clients.ask(
            slot, request("GET", f"/click.php?contact={quote(contact(number))}&id={call_id}")
        )
        answered = time.perf_counter() - began
        if status(answer) in {502, 504}:  # it got no connection to the switch, or fpm had none for it
            raise Refused(answered)
        if status(answer) != 200:
            raise RuntimeError(answer.decode())
        await decided
        return Clicked(answered, time.perf_counter() - began)

    def cpu(self) -> float:
        """Give nginx's and php-fpm's, with all their children."""
        return sum(thread_seconds(child) for pid in self._pids for child in family(pid))

    def close(self) -> None:
        """End its connections."""
        self._clients.close()


@asynccontextmanager
async def _process(*command: str) -> AsyncIterator[int]:
    process = await asyncio.create_subprocess_exec(*command, stdin=asyncio.subprocess.DEVNULL)
    try:
        yield process.pid
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


@asynccontextmanager
async def php(switch: BenchSwitch, children: int) -> AsyncIterator[Php]:
    """Open the way: both servers are processes of its own, configured in a folder of its own."""
    program = fpm()
    assert program is not None
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="c2cd-bench-")))
        port = free_port()
        named = {"folder": folder, "port": port, "user": _USER, "children": children}
        for name, text in {"fpm.conf": _POOL, "nginx.conf": _NGINX}.items():
            (folder / name).write_text(text.format_map(named))
        shutil.copy(_SCRIPT, folder)
        settings = write_settings(folder, switch)
        shutil.chown(settings, _USER)
        settings.chmod(0o400)
        folder.chmod(0o755)  # noqa: ASYNC240 - nothing else goes on
        pids = [
            await stack.enter_async_context(
                _process(program, "--nodaemonize", "--fpm-config", str(folder / "fpm.conf"))
            ),
            await stack.enter_async_context(
                _process("nginx", "-e", f"{folder}/nginx.log", "-c", f"{folder}/nginx.conf")
            ),
        ]
        watcher = await stack.enter_async_context(watching(switch, WATCHER))
        way = Php(f"php-fpm {children}", port, pids, watcher)
        stack.callback(way.close)

        async def up() -> bool:
            try:
                answer = await way._clients.ask(0, request("GET", "/click.php"))
            except OSError:
                return False
            return status(answer) == 400

        await eventually(up, 10)
        yield way
