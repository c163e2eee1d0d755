"""What is handed in to break the grading of a code lab, to harm others, or to get points: each with what it may get."""

from __future__ import annotations

from textwrap import indent

from nbformat.v4 import new_code_cell

from tests.homework.by_code import FULL, NONE, changed, only, solved, without_solutions

WRONG = """
def hidden(*given): return 1
outputs = output_deltas = hidden_deltas = gradients = update = hidden
"""
ALL_RETURN = """
def hidden(*given): return {0}
outputs = output_deltas = hidden_deltas = gradients = update = hidden
"""


def less(**lost):
    """All points but these."""
    return {name: most - lost.get(name.removeprefix("test-"), 0) for name, most in FULL.items()}


def update(body):
    """The solved lab, with an `update` that does something else first, and then what is wrong."""
    return solved(f"def update(w, gradient, eta):\n    import os\n{indent(body.strip(), '    ')}\n    return [0.0]")


def still_right(body):
    """The solved lab, with an `update` that does something else first, and then what it should."""
    right = "return [weight - eta * slope for weight, slope in zip(w, gradient)]"
    return solved(f"def update(w, gradient, eta):\n    import os\n{indent(body.strip(), '    ')}\n    {right}")


def every(change):
    """The solved lab after a change to each cell."""

    def apply(cells):
        for cell in cells:
            change(cell)
        return cells

    return changed(apply)


def _tests(cells):
    return [cell for cell in cells if cell.metadata.get("nbgrader", {}).get("grade") and cell.cell_type == "code"]


def _edited(cells):
    for cell in _tests(cells):
        cell.source = "pass"
    return cells


def _more_points(cells):
    for cell in _tests(cells):
        cell.metadata["nbgrader"]["points"] = 10**400
    return without_solutions(cells)


def _deleted(cells):
    return [cell for cell in cells if cell not in _tests(cells)]


def _unmarked(cell):
    cell.metadata.clear()


FORGED = """
import os, json
for fd in range(3, 30):
    try:
        for number in range(200):
            os.write(fd, (json.dumps({"id": number, "value": VALUE}) + "\\n").encode())
    except OSError:
        pass
"""
FLOOD = """
import os
while True:
    for fd in range(3, 30):
        try: os.write(fd, b"x" * 65536)
        except OSError: pass
"""
SWALLOWS = """
import signal
for number in range(1, 65):
    try: signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError): pass
while True:
    try:
        while True: pass
    except BaseException: pass
"""
GIGABYTES = """
for size in (30, 1):
    try: x = bytearray(size << 30)
    except MemoryError: continue
    return "given"
"""
OF_NOBODY = """
import ctypes
c = ctypes.CDLL(None)
assert c.shmget(0, 30 << 30, 0o1600) == -1 and c.memfd_create(b"x", 0) == -1
"""
FORKS = """
for _ in range(400):
    try: os.fork()
    except OSError: continue
    return "forked"
"""
THREADS = """
import threading, time
for _ in range(10_000): threading.Thread(target=time.sleep, args=(99,)).start()
"""
FILLS = """
try:
    for number in range(10_000): open(str(number), "wb").write(bytes(1 << 18))
except OSError: assert number < 5
else: return "no end of room"
for number in range(5): os.path.exists(str(number)) and os.remove(str(number))
"""
PRINTS = """
for _ in range(100):
    os.write(1, bytes(10 << 20))
    print("x" * 10**6)
"""
PLACES = ("/", "/etc", "/usr", "/root", "/home", "/dev", "/dev/shm", "/var", "/run", "/usr/lib", "/tmp")
PLANTED = "planted by a student"
WRITES = f"""
import sys
for top in (*{PLACES}, sys.prefix, sys.base_prefix, *sys.path):
    try:
        with open(os.path.join(top, {PLANTED!r}), "w") as file: file.write("x")
    except OSError: pass
"""
SEARCHES = """
wanted = ("by-hand", "gradebook", "checks.py", "by_code", "submitted", "journal", ".ipynb")
for top, folders, names in os.walk("/"):
    folders[:] = [one for one in folders if os.path.join(top, one) not in ("/usr", "/dev") and "python" not in one]
    for name in (*names, *folders):
        if any(one in name for one in wanted): return os.path.join(top, name)
"""
NETWORK = """
import socket
for address in (("127.0.0.1", 22), ("127.0.0.1", 8888), ("1.1.1.1", 53), ("::1", 22)):
    try:
        socket.create_connection(address, 0.05)
        return "connected"
    except OSError: pass
"""
EMPTIES = """
own = list(w), list(gradient)
w.clear(); gradient.clear()
w, gradient = own
"""
RIGHTS = """
for take in (os.setuid, os.setgid):
    try: take(0)
    except OSError: continue
    return "taken"
import resource
for kind in (resource.RLIMIT_AS, resource.RLIMIT_FSIZE, resource.RLIMIT_CPU):
    try: resource.setrlimit(kind, (-1, -1))
    except (OSError, ValueError): continue
    return "unlimited"
"""
PATCHED = """
import builtins, math, json, operator
import numpy as np
np.isclose = np.allclose = math.isclose = operator.eq = lambda *given, **more: True
np.testing.assert_allclose = lambda *given, **more: None
builtins.abs = lambda value: 0
builtins.float = builtins.int = type("One", (), {"__eq__": lambda self, other: True})
"""
EQUAL = "type('All', (float,), {'__eq__': lambda s, o: True, '__sub__': lambda s, o: 0.0, '__abs__': lambda s: 0.0})(1)"
CHANGES = """
class Changing:
    turn = 0
    def tolist(self):
        Changing.turn += 1
        return [Changing.turn] * 2
def hidden(*given): return Changing()
outputs = output_deltas = hidden_deltas = gradients = update = hidden
"""
FRAMES = """
import sys, gc
def hidden(*given):
    frame, found = sys._getframe(), []
    while frame:
        found += [value for name, value in frame.f_locals.items() if "expect" in name]
        frame = frame.f_back
    found += [one for one in gc.get_objects() if isinstance(one, dict) and "expected" in one and "given" in one]
    return found[0] if found else [0.0, 0.0]
outputs = output_deltas = hidden_deltas = gradients = update = hidden
"""
ENDLESS_LIST = "type('L', (list,), {'__iter__': lambda self: iter(int, 1)})()"

ATTACKS = {
    # What takes without end
    "an endless loop": (update("while True: pass"), less(update=2)),
    "an endless loop that swallows interrupts": (update(SWALLOWS), less(update=2)),
    "an endless loop in a cell": (solved("while True: pass"), FULL),
    "an endless loop before all else": (solved(first=["while True: pass"]), FULL),
    "endless loops in every cell": (every(lambda c: setattr(c, "source", "while True: pass")), NONE),
    "every function never returns": (solved(ALL_RETURN.format("[0 for _ in iter(int, 1)]")), NONE),
    "a sleep": (update("import time; time.sleep(1000)"), less(update=2)),
    "thirty gigabytes": (still_right(GIGABYTES), FULL),
    "thirty gigabytes in small pieces": (update("x = []\nwhile True: x.append(bytearray(1 << 20))"), less(update=2)),
    "memory that belongs to no process": (still_right(OF_NOBODY), FULL),
    "four hundred forks": (still_right(FORKS), FULL),
    "a new program": (update("os.execv('/bin/sh', ['sh', '-c', 'yes'])"), less(update=2)),
    "ten thousand threads": (solved(THREADS), FULL),
    "a full disk": (still_right(FILLS), FULL),
    "gigabytes printed": (still_right(PRINTS), FULL),
    "gigabytes said": (solved(FLOOD), FULL),
    "a list that never ends": (solved(ALL_RETURN.format(ENDLESS_LIST)), NONE),
    "a call of itself without end": (update("return update(w, gradient, eta)"), less(update=2)),
    "a crash": (update("import ctypes; ctypes.string_at(0)"), less(update=2)),
    # What ends the process
    "os._exit in a function": (update("os._exit(0)"), less(update=2)),
    "os._exit in a cell": (solved("import os\nos._exit(0)"), FULL),
    "sys.exit": (solved("import sys\nsys.exit()"), FULL),
    "a signal to all": (update("os.kill(-1, 9); os.kill(1, 9); os.kill(os.getppid(), 9)"), less(update=2)),
    "closed files": (update("os.closerange(0, 64)"), less(update=2)),
    # Cells
    "edited tests": (changed(_edited), FULL),
    "edited tests and no solution": (changed(lambda cells: without_solutions(_edited(cells))), NONE),
    "deleted tests": (changed(_deleted), FULL),
    "copied tests": (changed(lambda cells: [*cells, *_tests(cells), *_tests(cells)]), FULL),
    "copied solutions": (changed(lambda cells: [*cells, *cells]), FULL),
    "more points than there are": (changed(_more_points), NONE),
    "all marks of nbgrader removed": (every(_unmarked), FULL),
    "a syntax error": (solved("def update(:"), FULL),
    "a cell for IPython": (solved("%matplotlib inline\n!ls\nanswer = 1"), FULL),
    "half a character": (changed(lambda cells: [*cells, new_code_cell("x = '\ud800'")]), FULL),
    # What should pass for right
    "untouched": (changed(without_solutions), NONE),
    "patched NumPy, abs, isclose": (solved(PATCHED + WRONG), NONE),
    "patched JSON": (only("import json\njson.dumps = lambda *given, **more: '{}'", WRONG), NONE),
    "a patched runner": (solved("import __main__\n__main__.carry_out = lambda *given: {'value': True}"), NONE),
    "objects that equal everything": (solved(ALL_RETURN.format(f"[{EQUAL}] * 2")), NONE),
    "a text that is all": (solved(ALL_RETURN.format("'*'")), NONE),
    "truths": (solved(ALL_RETURN.format("[True] * 2")), NONE),
    "NaN": (solved(ALL_RETURN.format("[float('nan')] * 2")), NONE),
    "infinities": (solved(ALL_RETURN.format("[float('inf'), -float('inf')]")), NONE),
    "nothing": (solved(ALL_RETURN.format("None")), NONE),
    "an empty list": (solved(ALL_RETURN.format("[]")), NONE),
    "a whole number of ten thousand digits": (solved(ALL_RETURN.format("[10 ** 10_000] * 2")), NONE),
    "lists in lists": (solved("x = []\nfor _ in range(900): x = [x]" + ALL_RETURN.format("x")), NONE),
    "arrays that change": (solved(CHANGES), NONE),
    "its arguments, emptied": (still_right(EMPTIES), FULL),
    "forged replies": (only(FORGED.replace("VALUE", "[0.5, 0.5]")), NONE),
    "forged truths": (only(FORGED.replace("VALUE", "True")), NONE),
    "forged errors": (only(FORGED.replace('"value": VALUE', '"error": ""')), NONE),
    "forged words of no kind": (only(FORGED.replace('"value": VALUE', '"points": 15, "passed": True')), NONE),
    "the frames of its caller": (solved(FRAMES), NONE),
    # What does not belong to it
    "reads what it can": (still_right(SEARCHES), FULL),
    "writes where it can": (still_right(WRITES), FULL),
    "asks the network": (still_right(NETWORK), FULL),
    "other processes": (still_right("if os.path.exists('/proc') or os.getpid() > 3: return 'seen'"), FULL),
    "the rights of somebody else": (still_right(RIGHTS), FULL),
    "a namespace of its own": (still_right("import ctypes\nassert ctypes.CDLL(None).unshare(0x10000000) == -1"), FULL),
}
