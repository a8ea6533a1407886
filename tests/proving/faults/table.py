"""All faults, and how often each comes."""

from random import Random

from tests.proving.faults import Fault
from tests.proving.faults.daemon import (
    kill_daemon,
    kill_daemon_at_a_point,
    read_slowly,
    start_another_daemon,
    stop_daemon,
    stop_daemon_twice,
)
from tests.proving.faults.host import damage_database, fill_disk, freeze_disk, lock_database, set_clock
from tests.proving.faults.link import cut_at, cut_link, delay_link, flood, half_open_link, stall_link
from tests.proving.faults.switch import (
    change_secret,
    disable_ami,
    kill_asterisk,
    pause_asterisk,
    reduce_rights,
    reload_asterisk,
    restart_asterisk,
)
from tests.proving.wiretap import CUTS

# Each fault, and how often it comes.
FAULTS: dict[Fault, int] = {
    kill_daemon: 6,
    kill_daemon_at_a_point: 8,
    stop_daemon: 2,
    stop_daemon_twice: 1,
    start_another_daemon: 1,
    kill_asterisk: 3,
    pause_asterisk: 2,
    restart_asterisk: 1,
    reload_asterisk: 1,
    disable_ami: 1,
    change_secret: 1,
    reduce_rights: 1,
    cut_link: 3,
    **{cut_at(place): 1 for place in CUTS},
    stall_link: 2,
    delay_link: 1,
    half_open_link: 1,
    read_slowly: 1,
    flood: 1,
    fill_disk: 1,
    freeze_disk: 1,
    lock_database: 1,
    damage_database: 1,
    set_clock: 1,
}
KILLS: dict[Fault, int] = {kill_daemon: 4, kill_daemon_at_a_point: 6, kill_asterisk: 2}


def schedule(faults: dict[Fault, int], draw: Random) -> list[Fault]:
    """Give each fault as often as its table says, in an order that is drawn."""
    hat = [fault for fault, many in faults.items() for _ in range(many)]
    draw.shuffle(hat)
    return hat
