# SPDX-License-Identifier: Apache-2.0
"""The system's C++ compiler: which one, and how a model becomes a shared library."""

from __future__ import annotations

import functools
import hashlib
import os
import platform
import shlex
import shutil
import subprocess
from pathlib import Path

from snn import _core

#: As the library's own, whose loops these are: no contraction, so that every machine gives the same
#: bits. Nothing but snn_compiled_model() is seen from outside, so that models do not mix.
FLAGS = (
    "-std=c++20", "-O3", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math", "-shared",
    "-fPIC", "-fvisibility=hidden", "-Wl,--as-needed",
)
USUAL = ("c++", "g++", "clang++")
HEADER = Path("snn/math/compiled_model.hpp")

HOW_TO_INSTALL = ("to fix it: sudo apt-get install g++ (Debian, Ubuntu), sudo dnf install gcc-c++ "
                  "(Fedora), or conda install -c conda-forge cxx-compiler")


def find_compiler(model: str) -> tuple[str, ...]:
    """The command: $CXX if it is set, else the first of c++, g++, clang++ that there is.

    Raises
    ------
    UnavailableError
        With the command that installs one.
    """
    chosen = os.environ.get("CXX", "").strip()
    if chosen:
        command = shlex.split(chosen)
        if shutil.which(command[0]) is None:
            raise _core.UnavailableError(
                f"{model}: CXX={chosen}: {command[0]} is not there; to fix it: unset CXX, or let "
                "it name a C++ compiler")
        return tuple(command)
    for usual in USUAL:
        if shutil.which(usual):
            return (usual,)
    raise _core.UnavailableError(
        f"{model}: a model by equations is compiled when it is used first, and there is no C++ "
        f"compiler ({', '.join(USUAL)}; or CXX); {HOW_TO_INSTALL}")


def include_folders() -> tuple[Path, Path]:
    """Where the headers of the library lie: beside the package."""
    folder = Path(str(_core.__file__)).parent / "include"
    if not (folder / HEADER).is_file():
        raise _core.UnavailableError(
            f"the headers of snn are missing: no {folder / HEADER}; to fix it: install snn again")
    return folder, folder / "generated"


@functools.cache
def digest_of_headers() -> str:
    """Of what models are compiled with, so that an old model never meets a new library."""
    digest = hashlib.sha256()
    for folder in include_folders():
        for header in sorted((folder / "snn" / "math").rglob("*.hpp")):
            digest.update(header.name.encode() + b"\0" + header.read_bytes())
    return digest.hexdigest()


@functools.cache
def identity_of(command: tuple[str, ...]) -> str:
    """What the compiler says of itself."""
    try:
        told = subprocess.run([*command, "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise _core.UnavailableError(
            f"{shlex.join(command)} --version failed ({error}); to fix it: let CXX name another "
            "C++ compiler") from None
    return told.stdout


def key_of(source: str, command: tuple[str, ...]) -> str:
    """Names a library by all that decides what is in it."""
    parts = (_core.__version__, digest_of_headers(), platform.machine(), *platform.libc_ver(),
             shlex.join(command), identity_of(command), *FLAGS, source)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def compile_library(model: str, source: str, command: tuple[str, ...], folder: Path) -> Path:
    """Compile a model in an empty folder.

    Raises
    ------
    UnavailableError
        With what the compiler said.
    """
    text, library = folder / "model.cpp", folder / "model.so"
    text.write_text(source)
    includes = [f"-I{include}" for include in include_folders()]
    line = [*command, *FLAGS, *includes, str(text), "-o", str(library)]
    done = subprocess.run(line, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode != 0 or not library.is_file():
        said = (done.stderr or done.stdout or "nothing").strip()
        raise _core.UnavailableError(
            f"{model}: {shlex.join(command)} failed with exit status {done.returncode} and "
            f"said:\n{said[:4000]}\nIt needs C++20: g++ 12 or clang++ 14, or newer. The whole "
            "command was:\n" + shlex.join(line))
    return library
