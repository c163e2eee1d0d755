"""Gradescope: the archive is unpacked and run as its specifications say, with whatever may be handed in."""

import io
import json
import os
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from backprop_lib.homework.answers import boxes, template
from backprop_lib.homework.issued import issue
from backprop_lib.homework.labs import LABS
from backprop_lib.homework.roster import Roster, Student, with_codes
from backprop_lib.homework.systems.gradescope import VISIBILITIES, autograder, main, pins
from tests.refusal import refusal

LAB, SALT = LABS["by-hand"], b"the secret of this course"
CLASS = with_codes(
    [Student("s1", "Zoë Weiß", "Zoe@Example.org", line=1), Student("=1+1", "Bo", "bo@example.org", line=2)], SALT
)
ZOE, BO = ISSUED = issue(Roster(CLASS), LAB, SALT)
ARCHIVE = autograder(ISSUED)


def right(issued):
    return {key: f"{issued.values[key]:.6f}" for key in issued.asked}


def table(*rows):
    """A table with a row for each (code, answers)."""
    lines = [",".join(["code", *LAB.asked["2-2-2"]])]
    lines += [",".join([code, *answers.values()]) for code, answers in rows]
    return "\n".join(lines).encode()


def metadata(*emails):
    users = [{"email": email, "id": k, "name": "A, B"} for k, email in enumerate(emails)]
    return {"id": 1, "users": users, "assignment": {"total_points": "11.0"}, "previous_submissions": []}


@pytest.fixture(scope="module")
def container(tmp_path_factory):
    """A folder as Gradescope's container has it, the archive unpacked."""
    home = tmp_path_factory.mktemp("autograder")
    with zipfile.ZipFile(io.BytesIO(ARCHIVE)) as archive:
        for entry in archive.infolist():
            path = Path(archive.extract(entry, home / "source"))
            path.chmod(entry.external_attr >> 16)
    (home / "run_autograder").write_bytes((home / "source" / "run_autograder").read_bytes())
    (home / "run_autograder").chmod(0o755)
    return home


def handed_in(home, files, told):
    """The folders filled for one submission."""
    for folder in ("submission", "results"):
        (home / folder).mkdir(exist_ok=True)
        for old in (home / folder).iterdir():
            old.unlink()
    for name, content in files.items():
        (home / "submission" / name).write_bytes(content)
    (home / "submission_metadata.json").write_text(told if isinstance(told, str) else json.dumps(told))


def results(home):
    """results.json, if it is as the specifications say."""

    def no_such(constant):
        raise AssertionError(constant)

    found = json.loads((home / "results" / "results.json").read_text(encoding="utf-8"), parse_constant=no_such)
    assert found.keys() <= {"score", "output", "visibility", "stdout_visibility", "tests"}
    assert isinstance(found.get("output", ""), str) and found.get("visibility", "visible") in VISIBILITIES
    assert "score" in found or found["tests"]
    for test in found.get("tests", ()):
        assert 0 <= test["score"] <= test["max_score"] and test["visibility"] in VISIBILITIES
        assert isinstance(test["name"], str) and isinstance(test["output"], str)
    return found


def marked(home, files, told):
    """The same for a submission that is marked in this process."""
    handed_in(home, files, told)
    main(home)
    return results(home)


def points(found):
    return found["score"] if "score" in found else sum(test["score"] for test in found["tests"])


# The archive


def test_the_archive_run_as_gradescope_does_marks_a_right_sheet_with_all_points_and_uses_its_own_library(container):
    handed_in(container, {"answers.csv": table((ZOE.student.code, right(ZOE)))}, metadata("zoe@example.org"))
    environment = {**os.environ, "AUTOGRADER": str(container), "PYTHON": sys.executable, "PYTHONVERBOSE": "1"}
    command = [str(container / "run_autograder")]
    done = subprocess.run(command, env=environment, cwd=container, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    loaded = re.findall(r"code object from '?(\S+backprop_lib\S+?\.py)", done.stderr)
    assert loaded and all(path.startswith(str(container / "source")) for path in loaded)
    assert points(results(container)) == len(LAB.asked["2-2-2"])


def test_the_archive_has_its_two_programs_at_the_root_and_they_may_be_run():
    with zipfile.ZipFile(io.BytesIO(ARCHIVE)) as archive:
        for name in ("setup.sh", "run_autograder"):
            entry = archive.getinfo(name)
            assert entry.external_attr >> 16 & 0o111 and archive.read(name).startswith(b"#!/usr/bin/env bash\n")
            subprocess.run(["bash", "-n"], input=archive.read(name), check=True)


def test_the_archive_holds_no_secret_no_name_and_no_address_of_an_index():
    with zipfile.ZipFile(io.BytesIO(ARCHIVE)) as archive:
        ours = {name: archive.read(name) for name in archive.namelist() if not name.startswith("backprop_lib/")}
    assert all(SALT not in content and "Weiß".encode() not in content for content in ours.values())
    assert not any(b"://" in content or b"index" in content for content in ours.values())


def test_the_archive_pins_what_the_library_needs():
    assert {re.split("==", pin)[0].lower() for pin in pins()} >= {"numpy", "sympy", "matplotlib"}
    assert all(re.fullmatch(r"[\w.-]+==[\w.]+", pin) for pin in pins())


def test_the_archive_is_the_same_to_the_byte():
    assert autograder(ISSUED) == ARCHIVE


def test_a_class_without_addresses_of_their_own_is_refused():
    nobody = replace(ZOE, student=replace(ZOE.student, email=""))
    twin = replace(BO, student=replace(BO.student, email=ZOE.student.email.upper()))
    assert "'s1'" in refusal(lambda: autograder([nobody])).given
    assert "'=1+1'" in refusal(lambda: autograder([ZOE, twin])).given
    assert "visibility" in refusal(lambda: autograder(ISSUED, visibility="now")).given


@pytest.mark.parametrize(
    "planted",
    [
        '{"output": "no score"}',
        '{"score": NaN}',
        '{"tests": [{"name": "a", "score": 2, "max_score": 1, "output": "", "visibility": "visible"}]}',
        '{"tests": [{"name": "a", "score": 1, "max_score": 1, "output": "", "visibility": "now"}]}',
        '{"score": 1, "points": 1}',
    ],
)
def test_the_reader_refuses_results_that_are_not_as_specified(tmp_path, planted):
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "results.json").write_text(planted)
    with pytest.raises((AssertionError, KeyError)):
        results(tmp_path)


# Submissions


def test_a_mistake_is_named_where_it_was_made_and_what_follows_counts(container):
    answers = {**right(ZOE), "w5_next": f"{2 * ZOE.example.values['w5'] - ZOE.values['w5_next']:.6f}"}
    found = marked(container, {"a.csv": table((ZOE.student.code, answers))}, metadata("zoe@example.org"))
    assert points(found) == len(answers) - 1
    [wrong] = [test for test in found["tests"] if not test["score"]]
    assert "the step is added" in wrong["output"] and "w5" in wrong["name"]


def test_json_keeps_the_digits_that_were_typed(container):
    text = "{" + ", ".join(f'"{key}": {value}' for key, value in right(BO).items()) + "}"
    assert points(marked(container, {"a.json": text.encode()}, metadata("bo@example.org"))) == len(right(BO))
    short = json.dumps({key: value[:3] for key, value in right(BO).items()}).encode()
    assert points(marked(container, {"a.json": short}, metadata("bo@example.org"))) < len(right(BO))


def test_the_template_filled_in_is_read_back(container):
    empty = template(LAB, [ZOE.student.code, BO.student.code]).decode("utf-8-sig").splitlines()
    filled = "\n".join([empty[0], ",".join([ZOE.student.code, *right(ZOE).values()]), empty[2]])
    assert empty[0].split(",") == ["code", *boxes(LAB)]
    assert points(marked(container, {"a.csv": filled.encode()}, metadata("zoe@example.org"))) == len(right(ZOE))


def test_a_neighbours_sheet_earns_what_follows_at_most_and_its_code_is_spoken_of(container):
    for code in (ZOE.student.code, BO.student.code):
        found = marked(container, {"a.csv": table((code, right(BO)))}, metadata("zoe@example.org"))
        assert points(found) < len(right(ZOE)) / 2
        assert found["tests"][0]["score"] == 0 and ("your sheet has" in found["output"]) == (code == BO.student.code)


def test_of_several_rows_ones_own_counts_and_the_last_of_two_attempts(container):
    rows = [
        (BO.student.code, right(BO)),
        (ZOE.student.code, dict.fromkeys(right(ZOE), "1")),
        (ZOE.student.code, right(ZOE)),
    ]
    assert points(marked(container, {"a.csv": table(*rows)}, metadata("zoe@example.org"))) == len(right(ZOE))


def test_a_group_is_marked_by_the_first_of_it_who_is_on_the_list(container):
    told = metadata("who@example.org", "ZOE@example.org")
    assert points(marked(container, {"a.csv": table((ZOE.student.code, right(ZOE)))}, told)) == len(right(ZOE))


@pytest.mark.parametrize("told", ["", "{", "[]", "{}", '{"users": [{}]}', json.dumps(metadata("ghost@example.org"))])
def test_an_unknown_student_or_broken_metadata_still_gives_a_result(container, told):
    found = marked(container, {"a.csv": table((ZOE.student.code, right(ZOE)))}, told)
    assert points(found) == 0 and "Nothing was marked." in found["output"]


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"a.py": b"import os; os._exit(0)"},
        {"a.csv": b""},
        {"a.csv": b"\x00\xff\xfe"},
        {"a.csv": b'code,net_h1\n"K7F'},
        {"a.csv": b"x" * 1_000_001},
        {"a.csv": table(("A", {}), ("B", {}))},
        {"a.json": b"[" * 100_000},
        {"a.json": b'{"net_h1": '},
        {"a.json": b"[1]"},
        {"a.json": b'{"net_h1": {"net_h1": NaN}, "out_h1": [Infinity], "w1_next": null}'},
        {"a.json": json.dumps(dict.fromkeys(LAB.asked["2-2-2"], "=1+1")).encode()},
        {"a.json": json.dumps(dict.fromkeys(LAB.asked["2-2-2"], "9" * 400)).encode()},
        {"a.json": json.dumps(dict.fromkeys(LAB.asked["2-2-2"], 0)).encode()},
        {"a.csv": table((ZOE.student.code, right(ZOE)))[:60]},
    ],
)
def test_whatever_is_handed_in_gives_a_result_without_points(container, files):
    assert points(marked(container, files, metadata("zoe@example.org"))) == 0


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_a_table_in_another_encoding_is_read(container, encoding):
    content = table((ZOE.student.code, right(ZOE))).decode().encode(encoding)
    assert points(marked(container, {"ä.csv": content}, metadata("zoe@example.org"))) == len(right(ZOE))


def test_no_link_is_followed(container):
    handed_in(container, {}, metadata("zoe@example.org"))
    (container / "secret.csv").write_bytes(table((ZOE.student.code, right(ZOE))))
    (container / "submission" / "a.csv").symlink_to(container / "secret.csv")
    main(container)
    assert points(results(container)) == 0
