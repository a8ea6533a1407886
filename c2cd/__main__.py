"""``python -m c2cd`` is ``c2cd``."""

from c2cd.cli import main

main(prog_name="c2cd")
