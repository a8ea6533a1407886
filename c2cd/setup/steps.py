"""All that a host has of c2cd, in the order in which it is made; taking away goes the other way round."""

from msgspec import Struct

from c2cd.setup.ami_user import SECRET, AmiUser, ami_user
from c2cd.setup.files import File, folder, new_file, read
from c2cd.setup.host import Host
from c2cd.setup.plan import Step
from c2cd.setup.system import log_folder, service, state_folder, unit, user

FOLDER = "/etc/c2cd"
CONFIGURATION = f"{FOLDER}/c2cd.toml"
DROP_INS = "/etc/systemd/system/c2cd.service.d"


class Wanted(Struct, frozen=True):
    """What is to be there: the AMI user, and the texts of the configuration and of the unit."""

    ami_user: AmiUser
    configuration: str
    unit: str


def steps(host: Host, wanted: Wanted | None) -> list[Step]:
    """Look at the host and give its steps; without ``wanted`` they tell what can be taken away."""
    return [
        user(host),
        folder(host, FOLDER, "root:c2cd", 0o750),
        *(_written(host, wanted) if wanted is not None else ()),
        ami_user(host, wanted.ami_user if wanted else None),
        state_folder(host),
        log_folder(host),
        _drop_ins(host),
        unit(host, wanted.unit if wanted else None),
        service(host),
    ]


def _written(host: Host, wanted: Wanted) -> list[Step]:
    """Give the steps of what is in the folder, and goes with it."""
    return [
        _kept(host, File(CONFIGURATION, wanted.configuration, "root:c2cd", 0o640)),
        _kept(
            host,
            File(SECRET, f"{wanted.ami_user.secret}\n", "root:root", 0o600, "a secret that is shown nowhere"),
        ),
    ]


def _kept(host: Host, file: File) -> Step:
    found = read(host.at(file.path))
    if found is None:
        return Step(make=(new_file(host, file),))
    return Step(now=f"{file.path} is there" + ("" if found == file.text else ", and is left as it is"))


def _drop_ins(host: Host) -> Step:
    return Step(now=f"{DROP_INS} is yours, and stays") if host.at(DROP_INS).exists() else Step()
