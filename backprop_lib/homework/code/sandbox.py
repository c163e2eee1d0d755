"""The sandbox: a process that sees no files but those of Python, no network, no other process, and can be ended.

It is bubblewrap's, made of the kernel's own namespaces, so that it needs no server, no image and no privileges.
Nothing that is said in there is believed: see `received`.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...graph.errors import GraphError
from . import received
from .syscalls import MACHINES, filter_program

RUNNER = Path(__file__).with_name("runner.py")
INSIDE = "/runner.py"
LIBRARY = Path(__file__).resolve().parents[2]
SYSTEM = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
"""Folders that are part of /usr on some systems, and stand beside it on others."""

NOBODY = 65534
ONE_THREAD = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "NUMBA")}
PIECE = 65_536
DOCTOR = "python -m backprop_lib.homework doctor, which names the cure."
LAST_WORDS = 1.0
"""Seconds that a process which is being ended has for its pipe to close."""


class SandboxError(GraphError):
    """There is no sandbox on this machine, or it does not start: nothing that a student has done."""


@dataclass(frozen=True)
class Limits:
    """What one submission may use.

    Parameters
    ----------
    seconds : float
        In all, from the first cell to the last call.
    each : float
        One cell, or one call of a function.
    memory, disk, replies : int
        Bytes: of the process, of its files, and of all that it says.
    """

    seconds: float = 20.0
    each: float = 5.0
    memory: int = 1 << 30
    disk: int = 16 << 20
    replies: int = 1 << 20

    def of_the_process(self) -> dict[str, int]:
        """The limits that the process takes upon itself, by the names of the system."""
        processor = int(self.seconds) + 1
        return {"AS": self.memory, "FSIZE": self.disk, "CPU": processor, "NOFILE": 64, "CORE": 0, "MLOCK": 0}


@dataclass(frozen=True)
class Reply:
    """What a request has come to: a value, or an error; after some errors the process has ended."""

    value: Any = None
    error: str = ""
    ended: bool = False


def _system_folders() -> Iterator[str]:
    yield from ("--ro-bind", "/usr", "/usr")
    for folder in map(Path, SYSTEM):
        if folder.is_symlink():
            yield from ("--symlink", str(folder.readlink()), str(folder))
        elif folder.is_dir():
            yield from ("--ro-bind", str(folder), str(folder))
    for part in ("/etc/ld.so.cache", "/etc/alternatives"):  # by which shared libraries are found
        yield from ("--ro-bind-try", part, part)


def command(program: Sequence[str], limits: Limits, hidden: Sequence[Path], rules: int) -> list[str]:
    """The command line of the sandbox.

    Parameters
    ----------
    program : sequence of str
        What is run inside.
    limits : Limits
    hidden : sequence of Path
        Folders that are empty inside, should one stand within what Python needs.
    rules : int
        The file descriptor from which the rules for system calls are read.
    """
    prefixes = [Path(prefix) for prefix in (sys.base_prefix, sys.prefix)]
    needed = list(dict.fromkeys(str(path) for prefix in prefixes for path in (prefix, prefix.resolve())))
    visible = [Path("/usr"), *map(Path, needed)]
    home = os.environ.get("HOME")
    if home and any(Path(home).is_relative_to(prefix) for prefix in visible):
        told = f"This Python's own folder, {sys.prefix}, holds {home}, so that students' code would see that."
        raise SandboxError(told, "a Python in a folder of its own", "python -m venv, and its Python.")
    secret = dict.fromkeys(path.resolve() for path in (LIBRARY, *hidden))
    within = [path for path in secret if any(path.is_relative_to(part) for part in visible)]
    empty = [str(path) for path in within if path.is_dir()]
    bwrap = shutil.which("bwrap") or "bwrap"
    return [
        *(bwrap, "--unshare-all", "--unshare-user", "--uid", str(NOBODY), "--gid", str(NOBODY)),
        *("--die-with-parent", "--new-session", "--cap-drop", "ALL", "--hostname", "sandbox"),
        *_system_folders(),
        *("--dev", "/dev", "--remount-ro", "/dev"),  # and no /proc: for root, a part of that can be written to
        *("--size", str(limits.disk), "--tmpfs", "/tmp", "--chdir", "/tmp"),
        *(word for prefix in needed if not prefix.startswith("/usr/") for word in ("--ro-bind", prefix, prefix)),
        *(word for path in empty for word in ("--tmpfs", path, "--remount-ro", path)),
        *("--ro-bind", str(RUNNER), INSIDE, "--remount-ro", "/"),
        *("--seccomp", str(rules), "--", *program),
    ]


def _python(runner: str) -> list[str]:
    return [sys.executable, "-I", "-B", runner]


def check_machine(sandboxed: bool = True) -> None:
    """Raise a SandboxError where there is nothing to make a sandbox of, or no process can be kept apart at all."""
    if os.name != "posix":
        raise SandboxError(
            f"Code labs were to be graded on {platform.system()}.", "Linux", "WSL2; or labs in numbers only."
        )
    if not sandboxed:
        return
    if shutil.which("bwrap") is None:
        hint = "python -m backprop_lib.homework doctor, which says how to get it; or labs in numbers only."
        raise SandboxError("There is no bwrap on this machine.", "bubblewrap, in which students' code is run", hint)
    if platform.machine() not in MACHINES:
        expected = f"a processor whose system calls are known: {', '.join(MACHINES)}"
        raise SandboxError(f"This processor is a {platform.machine()}.", expected, "another machine; or numbers only.")


class Session:
    """A process of the sandbox, from its start to its end.

    Parameters
    ----------
    limits : Limits
    hidden : sequence of Path
        Folders that must not be seen.
    sandboxed : bool
        False runs the code with all the rights of whoever grades: it can read, change and send away whatever they can.
    deadline : float, optional
        On the monotonic clock, after which nothing more is waited for.

    Raises
    ------
    SandboxError
        If it does not start.
    """

    def __init__(
        self, limits: Limits, hidden: Sequence[Path] = (), sandboxed: bool = True, deadline: float | None = None
    ):
        check_machine(sandboxed)
        self.limits = limits
        self.deadline = time.monotonic() + limits.seconds if deadline is None else deadline
        self.number, self.received, self.waiting, self.said = 0, 0, b"", b""
        self.folder = None if sandboxed else tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self._start(hidden)
        first = self.ask({"limits": limits.of_the_process()}, limits.seconds)  # before any code of a student
        if first.error and time.monotonic() < self.deadline:
            raise SandboxError(f"The sandbox does not start: {self._complaint()}", "a reply", DOCTOR)

    def _start(self, hidden: Sequence[Path]) -> None:
        environment = {"PATH": "/usr/bin:/bin", "HOME": "/tmp", "LANG": "C.UTF-8", **ONE_THREAD}
        reading, writing = os.pipe()
        with os.fdopen(writing, "wb") as rules:
            rules.write(filter_program() if self.folder is None else b"")
        try:
            inside = self.folder is None
            line = command(_python(INSIDE), self.limits, hidden, reading) if inside else _python(str(RUNNER))
            self.process = subprocess.Popen(
                line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment,
                pass_fds=(reading,) if inside else (), start_new_session=True, bufsize=0,
                cwd=self.folder.name if self.folder else "/",
            )  # fmt: skip
        finally:
            os.close(reading)
        with contextlib.suppress(OSError):  # where memory runs out all the same, what is started here goes first
            Path(f"/proc/{self.process.pid}/oom_score_adj").write_text("1000")
        assert self.process.stdin and self.process.stdout
        self.requests, self.replies = self.process.stdin.fileno(), self.process.stdout.fileno()
        os.set_blocking(self.requests, False)
        os.set_blocking(self.replies, False)

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def ask(self, request: Mapping[str, Any], seconds: float) -> Reply:
        """Send a request, and wait for its reply; where none comes that is one, the process is ended."""
        if self.process.returncode is not None:
            return Reply(error="its process has ended", ended=True)
        self.number += 1
        try:
            line = self._exchanged(json.dumps({"id": self.number, **request}).encode() + b"\n", seconds)
            number, value, error = received.reply(line)
        except (TimeoutError, EOFError) as reason:
            self.end()
            return Reply(error=str(reason), ended=True)
        except received.NotAcceptedError as reason:
            if not self._answers(line):
                self.end()
            return Reply(error=str(reason), ended=self.process.returncode is not None)
        if number != self.number:
            self.end()
            return Reply(error="a reply came that nobody had asked for", ended=True)
        return Reply(value, error)

    def _answers(self, line: bytes) -> bool:
        """Whether a line that may not cross at least begins as the reply to this request."""
        return line.startswith(b'{"id": %d, ' % self.number)

    def _exchanged(self, data: bytes, seconds: float) -> bytes:
        """Send all of it, and read a line."""
        end = min(time.monotonic() + seconds, self.deadline)
        while b"\n" not in self.waiting:
            left = end - time.monotonic()
            if left <= 0:
                raise TimeoutError(self._too_long(seconds))
            readable, writable, _ = select.select([self.replies], [self.requests] if data else [], [], left)
            if writable:
                with contextlib.suppress(BrokenPipeError):  # then there is an end to be read, too
                    data = data[os.write(self.requests, data[:PIECE]) :]
            if readable:
                piece = os.read(self.replies, PIECE)
                self.received += len(piece)
                self.waiting += piece
                if not piece:
                    raise EOFError("it ended the process")
                if self.received > self.limits.replies:
                    raise EOFError(f"it sent more than {self.limits.replies:,} bytes")
        line, _, self.waiting = self.waiting.partition(b"\n")
        return line

    def _too_long(self, seconds: float) -> str:
        if time.monotonic() >= self.deadline:
            return f"the {self.limits.seconds:g} s of this submission are used up"
        return f"it took longer than {seconds:g} s"

    def _complaint(self) -> str:
        """What bubblewrap itself has said."""
        self.end()
        return " ".join(self.said.decode("utf-8", "replace").split()) or "it says nothing"

    def _first_inside(self) -> list[int]:
        """The process that bubblewrap waits for: the first of the sandbox."""
        if self.folder is not None:
            return []
        try:
            children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(encoding="ascii")
        except OSError:  # it has ended, or this system does not tell
            return []
        return [int(pid) for pid in children.split()]

    def end(self) -> None:
        """End the process, and with it everything in its namespace, whatever it ignores."""
        if self.process.returncode is not None:
            return
        for pid in self._first_inside():  # with which everything in its namespace ends, and bubblewrap after it
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        try:
            self.process.wait(LAST_WORDS if self.folder is None else 0)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        assert self.process.stdin and self.process.stdout and self.process.stderr
        end = time.monotonic() + LAST_WORDS
        with contextlib.suppress(OSError):  # its pipe closes when the last process that holds it has gone
            while (left := end - time.monotonic()) > 0 and select.select([self.replies], [], [], left)[0]:
                if not os.read(self.replies, PIECE):
                    break
        if select.select([self.process.stderr], [], [], 0)[0]:
            self.said = os.read(self.process.stderr.fileno(), PIECE)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            with contextlib.suppress(BrokenPipeError):
                stream.close()
        if self.folder is not None:
            self.folder.cleanup()
