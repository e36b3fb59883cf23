# SPDX-License-Identifier: Apache-2.0
"""Writes the type stubs of the extension module from its docstrings.

Usage: make_stubs.py PACKAGE_FOLDER (the one that holds snn/_core...so)

pybind11-stubgen does the work; what it cannot know is added here: the attributes of the exceptions
and the types of pickling.
"""

from __future__ import annotations

import os
import pathlib
import re
import subprocess
import sys
import tempfile

ERRORS = '''
class Error(Exception):
    """Base of every error the library raises."""

class ConfigError(Error, ValueError):
    """A mistake in a description."""
    object: str
    field: str
    value: str
    allowed: str

class FileError(Error, OSError):
    """A file that is missing, damaged, or cannot be written."""
    path: str
    where: str

class UnavailableError(Error, RuntimeError):
    """Something asked for that this build or machine lacks."""
    reason: str
    fix: str

class ResourceError(Error, MemoryError):
    """More memory would be needed than there is."""
    needed_bytes: int
    available_bytes: int

class NumericError(Error, ArithmeticError):
    """Training produced a value that is not finite."""

'''


def environment(folder: pathlib.Path) -> dict[str, str]:
    """The package first on the path; behind it what was there, where an isolated build of pip's
    keeps pybind11-stubgen.
    """
    before = os.environ.get("PYTHONPATH", "")
    return {"PYTHONPATH": os.pathsep.join(filter(None, [str(folder), before])), "PATH": ""}


def stubs(folder: pathlib.Path) -> str:
    """What pybind11-stubgen makes of the module."""
    with tempfile.TemporaryDirectory() as out:
        done = subprocess.run(
            [sys.executable, "-m", "pybind11_stubgen", "snn._core", "-o", out,
             "--ignore-all-errors"],
            env=environment(folder), text=True, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, check=False)
        if done.returncode != 0:
            sys.exit(done.stdout)
        return pathlib.Path(out, "snn", "_core.pyi").read_text()


def completed(text: str) -> str:
    """The stubs with what the generator leaves out."""
    for name in re.findall(r"^from snn import (\w+)$", text, re.M):
        if f"class {name}(" not in ERRORS:
            sys.exit(f"make_stubs.py: {name} has no stub")
    text = re.sub(r"^from snn import \w+\n", "", text, flags=re.M)
    first_class = re.search(r"^(?:class|@|def) ", text, re.M)
    if first_class is None:
        sys.exit("make_stubs.py: the module has no classes")
    text = text[:first_class.start()] + ERRORS + text[first_class.start():]
    text = re.sub(r"    @staticmethod\n    def __getstate__\(\*args, \*\*kwargs\):\n",
                  "    def __getstate__(self) -> typing.Any:\n", text)
    text = re.sub(r"    @staticmethod\n    def __setstate__\(\*args, \*\*kwargs\):\n",
                  "    def __setstate__(self, state: typing.Any) -> None:\n", text)
    # Members of an enumeration are values, and it needs no __new__.
    text = re.sub(r"^(class \w+\(enum\.Enum\):\n)((?:    .*\n|\n)*)",
                  lambda m: m[1] + re.sub(r": typing\.ClassVar\[\w+\].*", " = ...", m[2]), text,
                  flags=re.M)
    text = re.sub(r"(?:    @classmethod\n|    @staticmethod\n)?    def __new__\(cls, value\):\n"
                  r"(?:        .*\n)+", "", text)
    text = text.replace("__hash__: typing.ClassVar[None] = None",
                        "__hash__: typing.ClassVar[None]  # type: ignore[assignment]")
    text = re.sub(r"numpy\.ndarray(?:\[typing\.Any, numpy\.dtype\[typing\.Any\]\])?",
                  "numpy.typing.NDArray[typing.Any]", text)
    return text


def main() -> None:
    """Write the stubs beside the module."""
    folder = pathlib.Path(sys.argv[1])
    (folder / "snn" / "_core.pyi").write_text(
        "# Made from the extension module by make_stubs.py.\n" + completed(stubs(folder)))


if __name__ == "__main__":
    main()
