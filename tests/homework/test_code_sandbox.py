"""The sandbox by itself: what can be seen in it, what may cross from it, who may start it, what cures its failures."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
import yaml

from backprop_lib.homework.code import sandbox as module
from backprop_lib.homework.code.doctor import APPARMOR, CURES, NO_NAMESPACES, NOT_INSTALLED, PROFILE, cure_for, doctor
from backprop_lib.homework.code.grading import Handed, grade, graded
from backprop_lib.homework.code.notebooks import Cell, to_run
from backprop_lib.homework.code.received import DEEPEST, MOST_ITEMS, NotAcceptedError, reply
from backprop_lib.homework.code.sandbox import Limits, SandboxError, Session, command
from backprop_lib.homework.code.syscalls import MACHINES, filter_program
from tests.homework.by_code import FULL, LAB, ROOT, SECRET, SMALL, solved

# What may cross


@pytest.mark.parametrize("value", [1, 0.5, True, None, "text", [], [1, [2, "three", [False]]], [0.5] * 1000])
def test_numbers_texts_truths_and_lists_of_them_cross(value):
    assert reply(json.dumps({"id": 3, "value": value}).encode()) == (3, value, "")


REFUSED = {
    "no JSON": b"value",
    "half of it": b'{"id": 1, "value": [1,',
    "no text": b"\xff\xfe",
    "not a number": b'{"id": 1, "value": NaN}',
    "infinity": b'{"id": 1, "value": [1, -Infinity]}',
    "infinity by its digits": b'{"id": 1, "value": 1e999}',
    "a whole number of many digits": b'{"id": 1, "value": 1' + b"0" * 30 + b"}",
    "one of too many to read": b'{"id": 1, "value": 1' + b"0" * 5_000 + b"}",
    "names": b'{"id": 1, "value": {"a": 1}}',
    "names in a list": b'{"id": 1, "value": [[{}]]}',
    "a name twice": b'{"id": 1, "value": 1, "value": 2}',
    "another name": b'{"id": 1, "value": 1, "points": 100}',
    "no number of a request": b'{"id": true, "value": 1}',
    "a value and an error": b'{"id": 1, "value": 1, "error": ""}',
    "an error that is no text": b'{"id": 1, "error": 1}',
    "a long text": json.dumps({"id": 1, "value": "x" * 3_000}).encode(),
    "a long error": json.dumps({"id": 1, "error": "x" * 3_000}).encode(),
    "many values": json.dumps({"id": 1, "value": [0] * (MOST_ITEMS + 1)}).encode(),
    "deep lists": b'{"id": 1, "value": ' + b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1) + b"}",
    "lists without an end": b'{"id": 1, "value": ' + b"[" * 100_000,
    "a list": b"[1, 2]",
}


@pytest.mark.parametrize("name", REFUSED)
def test_nothing_else_crosses(name):
    with pytest.raises(NotAcceptedError):
        reply(REFUSED[name])


def test_an_error_without_words_is_one():
    assert reply(b'{"id": 1, "error": ""}') == (1, None, "an error without words")


# What is seen inside


def said_inside(source, hidden=()):
    with Session(Limits(), hidden) as session:
        return session.ask({"cell": source, "name": "cell 1"}, 10).error


def test_a_folder_that_is_hidden_is_empty_though_it_stands_among_pythons_own(sandbox):
    import numpy

    assert said_inside("import numpy.linalg") == ""
    folder = Path(numpy.__file__).parent
    assert "numpy" in said_inside("import numpy.linalg", [folder])
    assert said_inside(f"import os\nassert os.listdir({str(folder)!r}) == []", [folder]) == ""


def test_the_library_is_not_there_since_it_can_solve_every_lab(sandbox):
    assert "No module named 'backprop_lib'" in said_inside("import backprop_lib.graph")


def test_nothing_of_the_environment_of_whoever_grades_is_there(sandbox, monkeypatch):
    monkeypatch.setenv("SECRET_TOKEN", "abc")
    assert said_inside("import os\nassert 'abc' not in os.environ.values(), os.environ") == ""


def test_only_what_python_needs_is_there(sandbox):
    top = {"bin", "dev", "etc", "lib", "lib32", "lib64", "libx32", "runner.py", "sbin", "tmp", "usr"}
    prefixes = {Path(prefix).resolve().parts[1] for prefix in (sys.prefix, sys.base_prefix)}
    assert said_inside(f"import os\nleft = set(os.listdir('/')) - {top | prefixes!r}\nassert not left, left") == ""


def test_nothing_but_a_small_folder_can_be_written_to(sandbox):
    """In /dev/pts the kernel alone makes files; Python's own folders may stand within /tmp."""
    search = "import os\nfound = {top for top, _, _ in os.walk('/') if os.access(top, os.W_OK)} - {'/dev/pts'}"
    prefixes = tuple(str(Path(prefix).resolve()) for prefix in (sys.prefix, sys.base_prefix))
    inside = f"assert all(one.startswith('/tmp') and not one.startswith({prefixes}) for one in found), found"
    assert said_inside(f"{search}\n{inside}") == ""


def test_a_reply_that_nobody_has_asked_for_ends_the_process(sandbox):
    forged = (
        'import os\nfor fd in range(3, 9):\n  try: os.write(fd, b\'{"id": 7, "value": 1}\\n\')\n  except OSError: pass'
    )
    with Session(Limits()) as session:
        found = session.ask({"cell": forged, "name": "cell 1"}, 5)
    assert (found.error, found.ended) == ("a reply came that nobody had asked for", True)


def test_cells_that_only_test_are_not_run_whoever_has_marked_them_so():
    cells = [Cell("code", "1"), Cell("markdown", "2"), Cell("code", "3", "test-a"), Cell("code", "4", "b", grade=True)]
    assert [cell.source for cell in to_run(cells, ["test-a"])] == ["1"]


def test_a_python_whose_folder_holds_everything_of_its_owner_is_refused(monkeypatch):
    monkeypatch.setenv("HOME", str(Path(sys.prefix, "somebody")))
    with pytest.raises(SandboxError, match="students' code would see that"):
        Session(SMALL)


def test_a_process_that_is_ended_takes_its_namespace_along(sandbox):
    with Session(Limits()) as session:
        [first] = session._first_inside()
        assert session.ask({"cell": "while True: pass", "name": "cell 1"}, 0.2).ended
    assert not Path(f"/proc/{first}").exists()
    assert session.ask({"cell": "pass", "name": "cell 2"}, 1).error == "its process has ended"


def test_a_large_cell_and_a_large_value_pass_through_the_pipes(sandbox):
    with Session(Limits()) as session:
        assert session.ask({"cell": f"x = {'1' * 1000!r} + {'y' * 500_000!r}", "name": "cell 1"}, 5).error == ""
        session.ask({"cell": "def f(n): return [0.1 + k for k in range(n)]", "name": "cell 2"}, 5)
        assert len(session.ask({"call": "f", "arguments": [15_000]}, 5).value) == 15_000
        assert "more than" in session.ask({"call": "f", "arguments": [25_000]}, 5).error
        assert session.ask({"call": "f", "arguments": [2]}, 5).value == [0.1, 1.1]


# Who may start it


@pytest.mark.skipif(os.geteuid() != 0, reason="every other test is one of an ordinary user's")
def test_an_ordinary_user_may_start_it_too(sandbox, monkeypatch):
    """With the system's own Python, since nobody else may read the folders of root."""
    if not Path("/usr/bin/python3").exists():
        pytest.skip("this system has no Python of its own")
    monkeypatch.setattr(sys, "prefix", "/usr")
    monkeypatch.setattr(sys, "base_prefix", "/usr")
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        monkeypatch.setattr(module, "RUNNER", Path(shutil.copy(module.RUNNER, folder)))
        Path(folder, "runner.py").chmod(0o644)
        reading, writing = os.pipe()
        os.write(writing, filter_program())
        os.close(writing)
        line = command(["/usr/bin/python3", "-I", "-B", "/runner.py"], SMALL, [], reading)
        code = "import os\nos.fork()"
        request = json.dumps({"id": 1, "cell": code, "name": "cell 1"}).encode() + b"\n"
        done = subprocess.run(
            line, input=request, capture_output=True, pass_fds=(reading,), user=65534, group=65534, extra_groups=[],
            env={}, cwd="/", timeout=20,
        )  # fmt: skip
        os.close(reading)
    assert done.stderr == b"" and "BlockingIOError" in reply(done.stdout)[2]


@pytest.mark.parametrize("kind", MACHINES)
def test_the_filter_of_system_calls_is_a_whole_number_of_steps(kind):
    assert len(filter_program(kind)) % 8 == 0 and len(filter_program(kind)) < 4096 * 8


def test_without_the_filter_processes_can_be_made(sandbox, monkeypatch):
    """So that it is this filter that the attack with forks meets."""
    allow_all = module.filter_program()[-8:]
    monkeypatch.setattr(module, "filter_program", lambda: allow_all)
    assert said_inside("import os\nif os.fork() == 0: os._exit(0)") == ""


def test_without_a_sandbox_grading_is_refused_unless_told(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(SandboxError, match="There is no bwrap"):
        grade(LAB, [Handed("ada", solved())], SECRET)
    [row] = grade(LAB, [Handed("ada", solved())], SECRET, no_sandbox=True)
    assert row.points == FULL


def test_without_a_sandbox_time_is_limited_all_the_same():
    start = time.monotonic()
    row = graded(LAB, "ada", solved("def update(w, gradient, eta):\n  while True: pass"), SECRET, SMALL, [], False)
    assert row.points == FULL | {"test-update": 0.0} and time.monotonic() - start < SMALL.seconds + 2


# What cures it


@pytest.fixture
def failing(tmp_path, monkeypatch):
    """A bwrap that says something and fails."""

    def make(said):
        program = tmp_path / "bwrap"
        program.write_text(f"#!/bin/sh\necho {said!r} >&2\nexit 1\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    return make


@pytest.mark.parametrize(
    "said, cure",
    [
        ("bwrap: setting up uid map: Permission denied", APPARMOR),
        ("bwrap: loopback: Failed RTM_NEWADDR: Operation not permitted", APPARMOR),
        ("bwrap: No permissions to creating new namespace, likely because the kernel does not allow it", NO_NAMESPACES),
        ("bwrap: Unknown option --size", CURES["Unknown option"]),
    ],
)
def test_the_doctor_names_the_cure_for_what_the_sandbox_says(failing, said, cure):
    failing(said)
    found = doctor()
    assert (found.well, found.cure) == (False, cure) and said in found.said
    assert cure.advice in str(found) and "numbers only" in str(found)


def test_a_sandbox_that_does_not_start_costs_no_student_a_point(failing):
    failing("bwrap: setting up uid map: Permission denied")
    with pytest.raises(SandboxError, match="uid map"):
        grade(LAB, [Handed("ada", solved())], SECRET)


def test_the_cure_for_ubuntu_is_a_profile_for_bubblewrap_alone():
    assert PROFILE in APPARMOR.advice and "/usr/bin/bwrap" in PROFILE and "userns," in PROFILE


@pytest.mark.parametrize("name", ["test.yml", "weekly.yml"])
def test_the_machines_that_test_this_are_cured_as_the_doctor_says(name):
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / name).read_text(encoding="utf-8"))
    steps = [step.get("run", "") for job in workflow["jobs"].values() for step in job["steps"]]
    assert any(PROFILE in step and "install -y -qq --no-install-recommends bubblewrap" in step for step in steps)


def test_the_doctor_says_how_to_install_what_is_missing(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    assert doctor().cure is NOT_INSTALLED


@pytest.mark.parametrize("system", ["Darwin", "Windows"])
def test_the_doctor_sends_others_than_linux_to_wsl_or_to_numbers(monkeypatch, system):
    monkeypatch.setattr("platform.system", lambda: system)
    assert "WSL2" in str(doctor()) and "numbers only" in str(doctor())


def test_the_doctor_finds_nothing_wrong_where_all_is_well(sandbox):
    assert str(doctor()).startswith("All is well")


def test_words_that_nobody_knows_are_told_as_they_are():
    assert cure_for("bwrap: something new").name == "The sandbox does not start"
