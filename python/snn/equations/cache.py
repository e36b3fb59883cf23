# SPDX-License-Identifier: Apache-2.0
"""Compiled models on disk: a model is compiled once per user, library and compiler."""

from __future__ import annotations

import atexit
import functools
import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from snn import _core
from snn.equations.compiler import compile_library, find_compiler, key_of

_DIGEST_BYTES = hashlib.sha256().digest_size


def cache_folder() -> Path:
    """$SNN_CACHE_DIR, else $XDG_CACHE_HOME/snn, else ~/.cache/snn; made if it is missing.

    Where none can be written, as on a machine without a home: a folder for this process alone.
    """
    own, xdg = os.environ.get("SNN_CACHE_DIR"), os.environ.get("XDG_CACHE_HOME")
    try:
        folder = (Path(own) if own else
                  Path(xdg) / "snn" if xdg else Path.home() / ".cache" / "snn") / "models"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder.absolute()
    except (OSError, RuntimeError):  # the latter: no home
        return _temporary_folder()


@functools.cache
def _temporary_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="snn-models-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _is_whole(entry: Path) -> bool:
    """Whether a file is what was written: it ends with the digest of all before.

    A library that lost its end must not be loaded: reading beyond it would end the process.
    """
    try:
        content = entry.read_bytes()
    except OSError:
        return False
    whole = content[:-_DIGEST_BYTES]
    return hashlib.sha256(whole).digest() == content[-_DIGEST_BYTES:]


def _build(model: str, source: str, command: tuple[str, ...], entry: Path) -> None:
    """Compile beside the entry and rename: others see a whole file or none."""
    with tempfile.TemporaryDirectory(dir=entry.parent, prefix="building-") as folder:
        library = compile_library(model, source, command, Path(folder))
        content = library.read_bytes()
        # The dynamic loader does not read what follows the last section.
        library.write_bytes(content + hashlib.sha256(content).digest())
        os.replace(library, entry)


@functools.cache
def load(model: str, source: str) -> _core._CompiledModel:
    """The model of a source, from the cache or compiled now; once per process.

    Raises
    ------
    UnavailableError
        There is no compiler, or it failed.
    FileError
        The library cannot be loaded.
    """
    command = find_compiler(model)
    entry = cache_folder() / f"{model}-{key_of(source, command)[:32]}.so"
    if _is_whole(entry):
        try:
            return _core._load_model(entry)
        except _core.FileError:
            entry.unlink(missing_ok=True)  # whole, and yet not ours: made anew
    _build(model, source, command, entry)
    return _core._load_model(entry)
