"""A configuration and a database without a daemon, and the commands that only look, in this process."""

import asyncio
from collections.abc import Iterable
from pathlib import Path

from click.testing import CliRunner, Result

from c2cd.cli import main
from c2cd.model.call import Call
from c2cd.store.buttons import Buttons
from c2cd.store.database import open_database
from c2cd.store.history import History
from tests.process import Daemon

MORE = """
[[accounts]]
id = "swiss"
realm = "swiss.example"
region = "CH"
"""


class Desk:
    """A host on which no daemon runs."""

    def __init__(self, folder: Path) -> None:
        self.daemon = Daemon(folder, 1, more=MORE)

    def run(self, *arguments: str) -> Result:
        """Run a command to its end, as in a pipe."""
        return CliRunner().invoke(main, arguments, env={"C2CD_CONFIG": str(self.daemon.config)})

    def out(self, *arguments: str) -> str:
        """Run a command that must go well, and give what it prints."""
        result = self.run(*arguments)
        assert (result.exit_code, result.stderr) == (0, ""), result.output
        return result.stdout

    def have(self, *calls: Call) -> None:
        """Have rows of calls, with all that is known of them."""

        async def add() -> None:
            async with open_database(self.daemon.database) as database:
                for call in calls:
                    await History(database).add(call)
                await History(database).save(calls)

        asyncio.run(add())

    def have_buttons(self, account: str, *documents: dict[str, object]) -> list[str]:
        """Have buttons, and give their ids."""

        async def add(documents: Iterable[dict[str, object]]) -> list[str]:
            async with open_database(self.daemon.database) as database:
                return [(await Buttons(database).create(account, each, 1.0)).id for each in documents]

        return asyncio.run(add(documents))
