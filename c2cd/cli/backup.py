"""``c2cd backup``: a copy of the database while the daemon runs."""

from pathlib import Path

import click

from c2cd.cli.options import config_option, reporting_errors
from c2cd.cli.owner import as_owner_of
from c2cd.config import find_config, load_config
from c2cd.store.backup import back_up


@click.command()
@config_option
@click.argument("file", type=click.Path(path_type=Path))
@reporting_errors
def backup(config_file: Path | None, file: Path) -> None:
    """Copy the database into FILE, which must be new, whether or not the daemon runs.

    The copy is looked through before the command ends; it prints nothing but errors. FILE belongs to the
    user whom the database belongs to, who must be able to write in its folder. Keep the key that signs
    links too (signing.key, or what store.signing_key_file says): it is not in FILE.

    c2cd restore puts it in place.

    Example: c2cd backup /var/lib/c2cd/c2cd-monday.db
    """
    database = Path(load_config(find_config(config_file)).store.path)
    with as_owner_of(database):
        back_up(database, file)
