"""``python -m tests.proving``: the proving ground, for as long as one likes; 1 where a promise broke."""

import asyncio
import secrets
import tempfile
from collections import Counter
from pathlib import Path

import click

from tests.lab.tree import SUITES
from tests.proving.faults import Fault
from tests.proving.faults.table import FAULTS, KILLS
from tests.proving.running import Plan, run

PROGRAMMES: dict[str, dict[Fault, int]] = {"all": FAULTS, "kills": KILLS, "none": {}}


@click.command()
@click.option("--seed", type=int, help="That of the run to repeat; else one is drawn, and printed.")
@click.option("--suite", type=click.Choice(SUITES), default="testing", help="Whose Asterisk.")
@click.option("--minutes", type=float, default=10.0, show_default=True)
@click.option("--rate", type=float, default=5.0, show_default=True, help="Clicks a second.")
@click.option("--faults", type=click.Choice(list(PROGRAMMES)), default="all", show_default=True)
@click.option("--daemon-kills", type=int, default=0, help="Go on until the daemon was killed so often.")
@click.option("--asterisk-kills", type=int, default=0, help="Go on until Asterisk was killed so often.")
@click.option(
    "--sample", type=float, default=0.0, help="Seconds between two looks at memory and descriptors."
)
def main(
    seed: int | None,
    suite: str,
    minutes: float,
    rate: float,
    faults: str,
    daemon_kills: int,
    asterisk_kills: int,
    sample: float,
) -> None:
    """Run c2cd between a crowd and a real Asterisk, break what can break, and hold it to its promises."""
    seed = secrets.randbelow(1_000_000) if seed is None else seed
    click.echo(f"seed {seed}")
    plan = Plan(
        suite=suite,
        seed=seed,
        seconds=60 * minutes,
        rate=rate,
        faults=PROGRAMMES[faults],
        deaths=Counter(daemon=daemon_kills, asterisk=asterisk_kills),
        sample_every=sample,
    )
    folder = Path(tempfile.mkdtemp(prefix="c2cd-proving-"))
    verdict = asyncio.run(run(plan, folder, click.echo))
    for line in verdict.figures:
        click.echo(line)
    for line in verdict.violations:
        click.echo(f"VIOLATION {line}")
    click.echo(f"seed {seed}: {len(verdict.violations)} violations; what it left is in {folder}")
    raise SystemExit(bool(verdict.violations))


if __name__ == "__main__":
    main()
