"""A host to set up."""

from pathlib import Path

import pytest

from tests.setup.machine import Machine


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Give a Debian host with its own Asterisk."""
    return Machine(tmp_path)
