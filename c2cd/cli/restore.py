"""``c2cd restore``: a copy in the database's place."""

from datetime import UTC, datetime
from pathlib import Path

import click

from c2cd.cli.options import config_option, reporting_errors
from c2cd.cli.owner import as_owner_of
from c2cd.clock import SystemClock
from c2cd.config import find_config, load_config
from c2cd.errors import StoreError
from c2cd.store import restore as store


@click.command()
@config_option
@click.argument("file", type=click.Path(path_type=Path))
@reporting_errors
def restore(config_file: Path | None, file: Path) -> None:
    """Put FILE, which c2cd backup has made, in the database's place. Stop c2cd before.

    FILE stays as it is, and so does the database that was there, under a name with the time. A copy that is
    not whole, or none of c2cd's, or a newer one's is refused, and nothing is changed then. However it ends,
    the old database or the new one is in place.

    Example: c2cd restore /var/lib/c2cd/c2cd-monday.db
    """
    settings = load_config(find_config(config_file)).store
    database, key = Path(settings.path), settings.signing_key_path
    try:
        copy = file.open("rb")  # as who runs this: its folder may be root's alone
    except OSError as error:
        message = f"{file}: {error.strerror}"
        raise StoreError(message) from error
    _require_no_log(file)
    at = datetime.fromtimestamp(SystemClock().wall(), UTC).strftime("%Y-%m-%dT%H-%M-%SZ")
    with copy, as_owner_of(database):
        kept = store.restore(copy, database, at)
    click.echo(f"{database}: is what {file} has, from the next start of c2cd on")
    if kept is not None:
        click.echo(f"{kept}: is the database that was there")
    if key.exists():
        click.echo(f"{key}: stays as it is; links that another key has signed do not open")
    else:
        click.echo(f"{key}: is not there; put back yours, or c2cd makes a new one, and no older link opens")


def _require_no_log(file: Path) -> None:
    """Raise StoreError where a log lies beside a copy, with what came last: c2cd backup leaves none."""
    for log in (file.with_name(f"{file.name}{end}") for end in ("-wal", "-journal")):
        if log.exists() and log.stat().st_size:
            message = (
                f"{file}: {log.name} lies beside it and would be left out: write it into the copy"
                f" (sqlite3 {file} .tables does), or move it away"
            )
            raise StoreError(message)
