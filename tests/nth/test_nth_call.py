"""Whatever call fails on a click's way: nothing is dialled twice, and no call is lost."""

import itertools
from pathlib import Path

import pytest

from c2cd.switch.simulated_phones import Phone
from tests.clock import ManualClock
from tests.nth.faults import BROKEN, FULL, LOCKED, Cable, Disk, Nth, Watch
from tests.nth.world import A_CALL, A_PING, A_WHILE, World

# What a click may be answered with while something fails; 504 alone leaves it open whether it rings.
ANSWERS = {200, 503, 504}
# Two who talk for a moment; and two who still talk when a link that was lost is there again.
SHORT = Phone(rings_after=0.3, answers_after=0.3, talks=0.6)
LONG = Phone(rings_after=0.3, answers_after=0.3, talks=5.0)


class Trial:
    """One daemon, and one click after another; in the first the first call fails, and so on."""

    def __init__(
        self,
        folder: Path,
        nth: Nth,
        disk: Disk,
        cable: Cable,
        watch: Watch,
        phone: Phone,
        *,
        blocking: bool = False,
    ) -> None:
        self._nth = nth
        self._blocking = blocking
        self._disk = disk
        self._cable = cable
        self.world = World(folder, watch, disk, phone)

    async def run(self, patch: pytest.MonkeyPatch) -> int:
        """Click until no call is left that could fail; tell how many did."""
        # TERM's last resort ends the process, which is the tests' own here.
        patch.setattr("c2cd.daemon._leave", lambda: None)
        self._disk.put_in(patch)
        self._cable.put_in(patch)
        async with self.world.running(self._cable):
            for number in itertools.count(1):
                if not await self._click_through(number):
                    return number - 1
        raise AssertionError

    async def _click_through(self, number: int) -> bool:
        """Click once with the fault, and again without it; tell whether the fault came."""
        world, key = self.world, f"order-{number}"
        world.begin()
        self._nth.arm(number)
        first = await world.click(key, blocking=self._blocking)
        if first.status_code == 200:
            await world.pass_for(A_PING)
            await world.pass_until(lambda: not world.open_rows(), A_CALL)
        came = self._nth.over()
        assert first.status_code in ANSWERS, first.text
        if first.status_code == 200:
            assert [row["id"] for row in world.rows()] == [first.json()["data"]["call_id"]]
        if first.status_code == 503:
            assert not world.orders()
        await self._heal()
        self._hold()
        again = await world.click(key)
        assert again.status_code == 200, again.text
        await self._heal()
        self._hold()
        assert sum(not row["taken_back"] for row in world.rows()) == 1
        assert world.orders().total() == 1 or world.rows()[-1]["result"] == "unknown"
        return came

    async def _heal(self) -> None:
        """Let time pass until every row has ended and the daemon would place a click."""
        world = self.world
        assert await world.pass_until(lambda: not world.open_rows(), A_WHILE, 1.0), world.rows()
        for _ in range(int(A_WHILE)):
            if (await world.ask("/readyz")).status_code == 200:
                break
            await world.pass_for(1.0)
        assert (await world.ask("/readyz")).status_code == 200
        assert (await world.ask("/healthz")).status_code == 200

    def _hold(self) -> None:
        """Hold rows, orders and event log to the promises."""
        world = self.world
        rows, orders = world.rows(), world.orders()
        ids = [row["id"] for row in rows]
        assert set(orders) <= set(ids)
        assert orders.total() <= 1
        for row in rows:
            assert row["state"] == "ended"
            assert row["id"] not in orders or not row["taken_back"]
            assert row["ended_by"] is None
            if row["bridged_at"] is not None and row["end_seen"]:
                assert 0 <= row["ended_at"] - row["bridged_at"] < A_CALL
        for event in ("call.requested", "call.ended"):
            assert world.told(event) == dict.fromkeys(ids, 1)
        assert not world.has_died
        assert not world.troubles


@pytest.mark.parametrize(
    ("fault", "lasting", "blocking"),
    [(BROKEN, False, False), (BROKEN, False, True), (LOCKED, False, False), (FULL, True, False)],
    ids=["broken once", "broken for who waits", "locked once", "full for long"],
)
async def test_the_nth_call_of_the_database(
    tmp_path: Path,
    clock: ManualClock,
    monkeypatch: pytest.MonkeyPatch,
    fault: tuple[str, int],
    *,
    lasting: bool,
    blocking: bool,
) -> None:
    """Whichever statement, commit or rollback fails, once or from then on until it is mended."""
    nth = Nth(lasting=lasting)
    disk, watch = Disk(nth, fault), Watch(clock, nth)
    trial = Trial(tmp_path, nth, disk, Cable(nth), watch, SHORT, blocking=blocking)
    assert await trial.run(monkeypatch) >= 20


@pytest.mark.parametrize(("fault", "lasting"), [(None, False), (FULL, True)], ids=["works", "full for long"])
async def test_the_link_is_lost_at_the_nth_call_of_the_database(
    tmp_path: Path,
    clock: ManualClock,
    monkeypatch: pytest.MonkeyPatch,
    fault: tuple[str, int] | None,
    *,
    lasting: bool,
) -> None:
    """While whichever statement runs, as between the row and the order; the disk may get full beside it."""
    nth = Nth(lasting=lasting)
    cable = Cable(Nth())
    trial = Trial(tmp_path, nth, Disk(nth, fault, cable.cut), cable, Watch(clock, Nth()), LONG)
    assert await trial.run(monkeypatch) >= 20


@pytest.mark.parametrize(
    ("way", "lasting", "phone", "least"),
    [
        ("write lost", False, SHORT, 2),
        ("write cut", False, SHORT, 2),
        ("read cut", False, SHORT, 6),
        ("read cut", False, LONG, 6),
        ("read cut", True, LONG, 6),
        ("torn", False, SHORT, 8),
        ("torn", False, LONG, 8),
    ],
)
async def test_the_nth_call_of_the_socket(
    tmp_path: Path,
    clock: ManualClock,
    monkeypatch: pytest.MonkeyPatch,
    way: str,
    phone: Phone,
    least: int,
    *,
    lasting: bool,
) -> None:
    """Whichever bytes to or from the switch the connection is lost at, and the ping's among them."""
    nth = Nth(lasting=lasting)
    trial = Trial(tmp_path, nth, Disk(Nth()), Cable(nth, way), Watch(clock, nth), phone)
    assert await trial.run(monkeypatch) >= least


@pytest.mark.parametrize("way", ["back", "forward", "still"])
async def test_the_nth_call_of_the_clock(
    tmp_path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """Whenever the host's date is put by two days, or its clock stands still for a while."""
    nth = Nth()
    trial = Trial(tmp_path, nth, Disk(Nth()), Cable(nth), Watch(clock, nth, way), SHORT)
    assert await trial.run(monkeypatch) >= 20
