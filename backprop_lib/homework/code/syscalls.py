"""What the sandbox forbids its process to ask of the kernel, as the program that the kernel checks each call with.

The namespaces hide files, network and other processes, and limits bound the memory of one process. What is left is
closed here: new processes, each with a memory of its own, and memory that belongs to none. It also keeps the lesser
known doors of the kernel shut.
"""

from __future__ import annotations

import platform
import struct
from dataclasses import dataclass

EPERM, EAGAIN, ENOSYS = 1, 11, 38
ALLOW, REFUSE = 0x7FFF0000, 0x00050000
CLONE_THREAD = 0x00010000
LOAD, EQUAL, AT_LEAST, SET, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16
X32 = 0x40000000
"""From here on processors of the kind x86_64 number the calls of another interface."""


@dataclass(frozen=True)
class Machine:
    """The numbers of a kind of processor: its own, that of `clone`, and those of what is refused."""

    own: int
    clone: int
    refused: dict[str, int]


MACHINES = {
    "x86_64": Machine(
        0xC000003E,
        56,
        {
            "fork": 57, "vfork": 58, "shmget": 29, "semget": 64, "msgget": 68, "mq_open": 240, "memfd_create": 319,
            "memfd_secret": 447, "ptrace": 101, "process_vm_readv": 310, "process_vm_writev": 311, "unshare": 272,
            "setns": 308, "mount": 165, "add_key": 248, "request_key": 249, "keyctl": 250, "bpf": 321,
            "perf_event_open": 298, "userfaultfd": 323, "io_uring_setup": 425, "pidfd_getfd": 438,
        },
    ),
    "aarch64": Machine(
        0xC00000B7,
        220,
        {
            "shmget": 194, "semget": 190, "msgget": 186, "mq_open": 180, "memfd_create": 279, "memfd_secret": 447,
            "ptrace": 117, "process_vm_readv": 270, "process_vm_writev": 271, "unshare": 97, "setns": 268, "mount": 40,
            "add_key": 217, "request_key": 218, "keyctl": 219, "bpf": 280, "perf_event_open": 241, "userfaultfd": 282,
            "io_uring_setup": 425, "pidfd_getfd": 438,
        },
    ),
}  # fmt: skip
"""From the tables of system calls in the sources of Linux, `syscall_64.tbl` and `asm-generic/unistd.h`."""

CLONE3 = 435
"""On both. Its flags stand in memory, where no filter can look: said not to exist, it is not used for threads."""


def _step(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("=HBBI", code, yes, no, value)


def filter_program(kind: str = platform.machine()) -> bytes:
    """The program for a kind of processor; threads may be started, processes may not.

    Raises
    ------
    KeyError
        For a processor that is not in MACHINES.
    """
    machine = MACHINES[kind]
    refused = [(number, EAGAIN if name in ("fork", "vfork") else EPERM) for name, number in machine.refused.items()]
    rules = [
        _step(EQUAL, number, 0, 1) + _step(RETURN, REFUSE | error) for number, error in (*refused, (CLONE3, ENOSYS))
    ]
    clone = (
        _step(EQUAL, machine.clone, 0, 3)
        + _step(LOAD, FIRST_ARGUMENT)
        + _step(SET, CLONE_THREAD, 1, 0)
        + _step(RETURN, REFUSE | EAGAIN)
    )
    return b"".join(
        [
            _step(LOAD, ARCHITECTURE),
            _step(EQUAL, machine.own, 1, 0),
            _step(RETURN, REFUSE | EPERM),
            _step(LOAD, NUMBER),
            _step(AT_LEAST, X32, 0, 1),
            _step(RETURN, REFUSE | EPERM),
            *rules,
            clone,
            _step(RETURN, ALLOW),
        ]
    )
