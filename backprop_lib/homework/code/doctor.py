"""Whether code labs can be graded on this machine, tried with the real sandbox; and what to do where they cannot."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from pathlib import Path

from ...graph.errors import GraphError
from .sandbox import Limits, Session, check_machine

PROFILE = """abi <abi/4.0>,
include <tunables/global>

profile bwrap /usr/bin/bwrap flags=(unconfined) {
  userns,
}
"""
"""For AppArmor: bubblewrap alone may make user namespaces, which Ubuntu allows no program from 24.04 on."""

NUMBERS_ONLY = "Or use labs in numbers only: they run no student's code, and need none of this."


@dataclass(frozen=True)
class Cure:
    """What a trouble is called, and what to do.

    Parameters
    ----------
    name, advice : str
    """

    name: str
    advice: str


APPARMOR = Cure(
    "This system lets no program make user namespaces",
    "As root, write this into the file /etc/apparmor.d/bwrap, and load it with\n"
    "`apparmor_parser -r /etc/apparmor.d/bwrap`. It concerns bubblewrap alone; leave the switch for all programs,\n"
    f"kernel.apparmor_restrict_unprivileged_userns, as it is.\n\n{PROFILE}",
)
NO_NAMESPACES = Cure(
    "The kernel makes no user namespaces",
    "As root, `sysctl user.max_user_namespaces=10000`; on an older Debian\n"
    "`sysctl kernel.unprivileged_userns_clone=1`.\n"
    "Within a container its own keeper forbids them: grade on the machine itself, or in a virtual one.",
)
CURES = {
    "setting up uid map: Permission denied": APPARMOR,
    "loopback: Failed RTM_NEWADDR": APPARMOR,
    "No permissions to create new namespace": NO_NAMESPACES,
    "No permissions to creating new namespace": NO_NAMESPACES,  # as older versions say it
    "Creating new namespace failed": NO_NAMESPACES,
    "Operation not permitted": NO_NAMESPACES,
    "Unknown option": Cure("This bubblewrap is too old", "Install version 0.8 or newer."),
    "prctl(PR_SET_SECCOMP)": Cure(
        "The kernel takes no filter of system calls", "Grade on a machine whose kernel has CONFIG_SECCOMP_FILTER."
    ),
}
"""What bubblewrap says, and what it means; the first that is found counts."""

NOT_INSTALLED = Cure(
    "bubblewrap is not installed",
    "As root, `apt-get install bubblewrap`, `dnf install bubblewrap` or `pacman -S bubblewrap`.",
)
NOT_LINUX = Cure(
    "The sandbox is made of what only Linux has",
    "On Windows install WSL2 (`wsl --install` in PowerShell), and grade in there; on macOS use a virtual machine with\n"
    "Linux. Neither has been tried by those who wrote this.",
)
UNKNOWN = Cure("The sandbox does not start", "What bubblewrap says is above; its own page has more: `man bwrap`.")


@dataclass(frozen=True)
class Diagnosis:
    """What was found.

    Parameters
    ----------
    well : bool
        Whether code labs can be graded here.
    said : str
        What was met, in the words of whoever met it.
    cure : Cure, optional
    """

    well: bool
    said: str
    cure: Cure | None = None

    def __str__(self) -> str:
        if self.cure is None:
            return self.said
        return f"{self.said}\n\n{self.cure.name}.\n{self.cure.advice}\n\n{NUMBERS_ONLY}"


def cure_for(said: str) -> Cure:
    """What to do about something that bubblewrap has said."""
    return next((cure for words, cure in CURES.items() if words in said), UNKNOWN)


def doctor() -> Diagnosis:
    """Run the sandbox as it is run for students, and say what came of it."""
    if platform.system() != "Linux":
        return Diagnosis(False, f"This is {platform.system()}.", NOT_LINUX)
    try:
        check_machine()
    except GraphError as error:
        missing = "no bwrap" in error.given
        return Diagnosis(False, error.given, NOT_INSTALLED if missing else Cure(error.given, error.hint))
    try:
        with Session(Limits(seconds=30, each=20)) as session:
            cell = "import os, numpy\ndef seen(): return [numpy.sqrt(4.0), os.path.exists(HOME)]\n"
            session.ask({"cell": f"HOME = {str(Path(__file__))!r}\n{cell}", "name": "cell 1"}, 20)
            reply = session.ask({"call": "seen", "arguments": []}, 20)
    except GraphError as error:
        return Diagnosis(False, error.given, cure_for(error.given))
    if reply.value != [2.0, False]:
        return Diagnosis(False, f"The sandbox starts, but gave {reply.value} {reply.error}.", UNKNOWN)
    return Diagnosis(True, "All is well: the sandbox starts, NumPy works in it, and it sees none of these files.")
