"""A few minutes of the proving ground, on each real switch."""

from pathlib import Path

import pytest

from tests.lab.fixtures import VERSIONS, require_switch
from tests.proving.faults.table import FAULTS
from tests.proving.running import Plan, run

# The run that fails is repeated by ``python -m tests.proving --seed``.
SEED = 20261123
SECONDS = 90.0


@pytest.mark.parametrize("suite", VERSIONS)
async def test_all_that_can_break(suite: str, tmp_path: Path) -> None:
    """Whatever breaks between a crowd of clicks and a real Asterisk, each of the six invariants holds."""
    await require_switch(suite)
    told: list[str] = []
    plan = Plan(suite=suite, seed=SEED, seconds=SECONDS, faults=dict.fromkeys(FAULTS, 1))
    verdict = await run(plan, tmp_path, told.append)
    assert not verdict.violations, "\n".join(
        [f"seed {SEED}, {suite}", *verdict.violations, *verdict.figures, *told]
    )
    assert "talked" in verdict.figures[3], verdict.figures
