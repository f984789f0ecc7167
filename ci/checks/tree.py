"""The tree under check: which files it has, and how a check reports. Shared by the checks of this folder."""

import pathlib
import re
import subprocess
import sys

SOURCE_SUFFIXES = (".cc", ".hh", ".c", ".h")
_SKIPPED = re.compile(r"(^|/)(\.git|build[^/]*|node_modules|banco-runs|__pycache__)(/|$)")


def root_from_arguments():
    """The tree named by the only argument; without one, the tree this file lies in."""
    if len(sys.argv) > 2:
        sys.exit(f"usage: {sys.argv[0]} [ROOT]")
    default = pathlib.Path(__file__).resolve().parents[2]
    return pathlib.Path(sys.argv[1]).resolve() if len(sys.argv) == 2 else default


def files(root, suffixes=None):
    """Files below `root` as sorted relative paths: what git tracks or would add; without git, everything but builds."""
    if (root / ".git").exists():
        command = ["git", "-c", f"safe.directory={root}", "-C", str(root)]
        command += ["ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        names = [name for name in output.split("\0") if name]
    else:
        names = [str(path.relative_to(root)) for path in root.rglob("*")]
    names = [name for name in set(names) if not _SKIPPED.search(name) and (root / name).is_file()]
    if suffixes is not None:
        names = [name for name in names if name.endswith(suffixes)]
    return sorted(names)


def read(root, name):
    """A file as text; bytes that are not UTF-8 come out as U+FFFD."""
    return (root / name).read_text(encoding="utf-8", errors="replace")


def finish(violations):
    """Prints the violations, one a line, and ends the program: 0 when there are none, else 1."""
    for violation in violations:
        print(violation)
    sys.exit(1 if violations else 0)
