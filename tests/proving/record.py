"""The switch's own record of its channels (CEL), and how it comes to be written."""

import csv
import json
from collections import defaultdict
from pathlib import Path

from tests.lab.configuration import modules_conf
from tests.proving.evidence import Seen

_FIELDS = ("eventtype", "eventtime", "CHANNEL(uniqueid)", "eventextra")
_FILE = "calls.csv"

# What an Asterisk of the lab is given, to write one line for each event and close the file after it. The
# first module is what 22 writes such files with; 16 has none, says so, and goes on.
FILES = {
    "modules.conf": modules_conf("res_cdrel_custom", "cel_custom"),
    "cel.conf": "[general]\nenable = yes\nevents = CHAN_START,CHAN_END,BRIDGE_ENTER,BRIDGE_EXIT\n",
    "cel_custom.conf": "[mappings]\n"
    f"{_FILE} => " + ",".join(f"${{CSV_QUOTE(${{{field}}})}}" for field in _FIELDS) + "\n",
}


def record_of(home: Path) -> Path:
    """Tell where a switch with this folder writes its record."""
    return home / "log" / "cel-custom" / _FILE


def read_record(file: Path) -> dict[str, Seen]:
    """Give, by the id of its first channel, every call of c2cd's that a record has.

    Two have talked where the call's first channel and another one were in the same bridge.
    """
    calls: dict[str, Seen] = defaultdict(Seen)
    bridges: dict[str, set[str]] = defaultdict(set)
    with file.open(newline="", encoding="utf-8", errors="replace") as lines:
        for kind, at, channel, extra in csv.reader(lines):
            call_id = channel.removesuffix("-2")
            if kind == "BRIDGE_ENTER":
                bridges[json.loads(extra)["bridge_id"]].add(channel)
            if call_id.startswith("c2c-"):
                call = calls[call_id]
                call.last_at = max(call.last_at, float(at))
                call.begun += kind == "CHAN_START" and channel == call_id
                call.ended |= kind == "CHAN_END" and channel == call_id
    for channels in bridges.values():
        for call_id in channels & calls.keys():
            calls[call_id].bridged |= len(channels) > 1
    return dict(calls)
