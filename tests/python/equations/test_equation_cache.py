# SPDX-License-Identifier: Apache-2.0
"""When and where models are compiled, and what happens where they cannot be."""

import os
import shutil
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import snn

PROGRAM = """
import sys, snn
model = snn.NeuronModel("Cached", state={"v": 0.0}, parameters={"th": 5.0},
                        update={"v": sys.argv[1]}, threshold="v - th", reset={"v": 0})
net = snn.Network()
net.add(model(), 3, name="E")
run = snn.Simulation(net, dt_ms=1.0).record_spikes("E").run_ticks(20)
print(len(run.spikes["E"]))
"""


@pytest.fixture
def place(tmp_path):
    """A cache, and a compiler that counts its compilations."""
    compiler = tmp_path / "compiler"
    real = shutil.which("g++") or shutil.which("c++") or shutil.which("clang++")
    compiler.write_text(f'#!/bin/sh\ncase "$*" in *-shared*) echo >> "{tmp_path}/calls";; esac\n'
                        f'exec {real} "$@"\n')
    compiler.chmod(0o755)
    return tmp_path


def run(place: Path, formula: str = "v + 1", **environment: str | None):
    """A process of its own: it prints the number of spikes."""
    given = {"SNN_CACHE_DIR": str(place / "cache"), "CXX": str(place / "compiler"), **environment}
    all_of_it = {k: v for k, v in {**os.environ, **given}.items() if v is not None}
    return subprocess.run([sys.executable, "-c", PROGRAM, formula], env=all_of_it, text=True,
                          capture_output=True, check=False)


def compilations(place: Path) -> int:
    calls = place / "calls"
    return len(calls.read_text().splitlines()) if calls.exists() else 0


def entries(place: Path) -> list[Path]:
    return sorted((place / "cache").rglob("*.so"))


def test_a_model_is_compiled_once(place):
    for _ in range(2):
        assert run(place).stdout == "12\n"  # three neurons, each in every fifth of 20 ticks
    assert compilations(place) == 1 and len(entries(place)) == 1
    assert run(place, "v + 2.5").stdout == "30\n"
    assert compilations(place) == 2 and len(entries(place)) == 2
    assert not [p for p in (place / "cache").rglob("*") if "building" in p.name]


def test_another_compiler_compiles_anew(place):
    other = place / "other"
    shutil.copy(place / "compiler", other)
    assert run(place).returncode == run(place, CXX=str(other)).returncode == 0
    assert compilations(place) == 2


def test_within_a_process_it_is_loaded_once(place, monkeypatch):
    monkeypatch.setenv("SNN_CACHE_DIR", str(place / "cache"))
    monkeypatch.setenv("CXX", str(place / "compiler"))
    parts = {"state": {"v": 0.0}, "update": {"v": "v + 17"}, "threshold": "v - 1"}
    for _ in range(2):
        snn.NeuronModel("Once", **parts).compile()
    shutil.rmtree(place / "cache")
    snn.Network().add(snn.NeuronModel("Once", **parts)(), 1)
    assert compilations(place) == 1


def test_processes_that_compile_the_same_at_once(place):
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: run(place), range(4)))
    assert [(d.stdout, d.stderr) for d in done] == [("12\n", "")] * 4
    assert len(entries(place)) == 1


@pytest.mark.parametrize("damage", ["truncated", "empty", "changed", "no library"])
def test_a_damaged_entry_is_made_anew(place, damage):
    assert run(place).returncode == 0
    entry, = entries(place)
    content = entry.read_bytes()
    entry.write_bytes({"truncated": content[:len(content) // 2], "empty": b"",
                       "changed": content[:5000] + b"\xff" + content[5001:],
                       "no library": b"text" * 1000}[damage])
    done = run(place)
    assert done.stdout == "12\n", done.stderr
    assert compilations(place) == 2
    assert run(place).returncode == 0 and compilations(place) == 2


@pytest.mark.parametrize("code", [
    "int unrelated;",
    # A library of another layout: only that number may be read of it.
    'static const unsigned long layout[8] = {1}; extern "C" const void* snn_compiled_model() '
    "{ return layout; }",
])
def test_a_whole_library_that_is_none_of_ours_is_made_anew(place, code):
    import hashlib
    assert run(place).returncode == 0
    entry, = entries(place)
    (place / "other.cpp").write_text(code)
    subprocess.run([place / "compiler", "-fPIC", "-shared", place / "other.cpp", "-o", entry],
                   check=True)
    content = entry.read_bytes()
    entry.write_bytes(content + hashlib.sha256(content).digest())
    done = run(place)
    assert done.stdout == "12\n", done.stderr
    assert run(place).stdout == "12\n" and compilations(place) == 3  # that of the test's, and one


def test_where_the_cache_lies(place):
    assert run(place, SNN_CACHE_DIR=None, XDG_CACHE_HOME=str(place / "xdg")).returncode == 0
    assert len(list((place / "xdg" / "snn").rglob("*.so"))) == 1
    assert run(place, SNN_CACHE_DIR=None, XDG_CACHE_HOME=None, HOME=str(place)).returncode == 0
    assert len(list((place / ".cache" / "snn").rglob("*.so"))) == 1
    folder = next((place / ".cache" / "snn").rglob("*.so")).parent
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_without_a_place_to_write_it_is_compiled_for_one_process(place):
    temporary = place / "temporary"
    temporary.mkdir()
    (place / "file").write_text("")
    for _ in range(2):
        done = run(place, SNN_CACHE_DIR=str(place / "file" / "below"), TMPDIR=str(temporary))
        assert done.stdout == "12\n", done.stderr
    assert compilations(place) == 2
    assert list(temporary.iterdir()) == []


def test_without_a_compiler_it_says_how_to_install_one(place):
    done = run(place, CXX=None, PATH=str(place / "nothing"))
    assert "snn.UnavailableError: Cached: a model by equations is compiled" in done.stderr
    assert "sudo apt-get install g++" in done.stderr


def test_a_compiler_that_is_not_there_is_not_replaced_by_another(place):
    done = run(place, CXX="no-such-compiler -m64")
    assert "UnavailableError: Cached: CXX=no-such-compiler -m64" in done.stderr


def test_what_the_compiler_says_is_shown(place):
    (place / "compiler").write_text("#!/bin/sh\n[ $# = 1 ] && exit 0\necho it is broken >&2\n"
                                    "exit 3\n")
    done = run(place)
    assert "UnavailableError: Cached: " in done.stderr
    assert "exit status 3 and said:\nit is broken" in done.stderr
    assert entries(place) == []


def test_a_compiler_of_which_nothing_is_known(place):
    (place / "compiler").write_text("#!/bin/sh\nexit 1\n")
    assert "--version failed" in run(place).stderr


@pytest.mark.parametrize("compiler", ["g++", "clang++"])
def test_both_compilers_make_the_same_spikes(place, compiler):
    if shutil.which(compiler) is None:
        pytest.skip(f"no {compiler} here")
    done = run(place, "v * 0.99 + exp(-v / 8)", CXX=compiler)
    assert done.stdout == run(place, "v * 0.99 + exp(-v / 8)").stdout
    assert done.stdout != "0\n"
