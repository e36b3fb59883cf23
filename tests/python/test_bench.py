# SPDX-License-Identifier: Apache-2.0
"""snn.bench(): the contest of the command `snn bench`, from Python."""

import contextlib
import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
import time

import numpy as np
import pytest

import snn

TINY = {"hidden": 12, "epochs": 2, "steps": 5, "train_limit": 100, "threads": 1, "meter": "none"}


@pytest.fixture(scope="module")
def results():
    return snn.bench(**TINY)


def test_it_tells_accuracy_counts_energy_and_verdict(results):
    assert [model.role for model in results] == ["spiking", "dense", "quantised"]
    assert not results.interrupted and len(results) == 3
    spiking, dense = results["spiking"], results["dense"]
    for model in results:
        assert model.counts.samples == 360  # the other writers' digits
        right = model.accuracy * 360
        assert right == pytest.approx(round(right), abs=1e-9)
        assert isinstance(model.measured, snn.Unavailable) and model.measured.reason
    # 64 pixels, 12 hidden neurons, 10 classes; the twin does each sample in one pass.
    assert [q.synapses for q in dense.counts.projections] == [64 * 12, 12 * 10]
    assert (spiking.ticks, dense.ticks, dense.bits) == (5, 1, 0)
    assert results["quantised"].bits == int(np.ceil(np.log2(5 + 1)))
    assert spiking.modelled[0] == snn.compute_only(spiking.counts, "fp32")
    assert "accuracy" in results.verdict[0].lower() and "unavailable" in results.verdict[-1]
    with pytest.raises(KeyError, match="spiking, dense, quantised"):
        results["user"]


def test_it_shows_itself(results):
    assert repr(results).startswith("<BenchResults: spiking ")
    assert "Verdict:" in str(results) and "memory-" in str(results)
    html = results._repr_html_()
    assert html.count("unavailable</span>") == 3 and html.count("<li>") == len(results.verdict)
    assert "measured (J per inference)" in html and "modelled" in html
    copy = pickle.loads(pickle.dumps(results))
    assert str(copy) == str(results) and copy["dense"].counts == results["dense"].counts


def command():
    return os.environ.get("SNN") or shutil.which("snn")


@pytest.mark.skipif(not command(), reason="the command snn is not there")
def test_the_command_finds_the_same_and_reads_the_file(results, tmp_path):
    results.save(tmp_path / "python.json")
    ours = json.loads((tmp_path / "python.json").read_text())
    assert ours == results.to_dict()
    words = ours["command"].split()
    assert words[:3] == ["snn", "bench", "--data=digits"] and "--train-limit=100" in words
    subprocess.run([command(), *words[1:], "--quiet", "--out", tmp_path / "command.json"],
                   check=True, stdout=subprocess.DEVNULL)
    theirs = json.loads((tmp_path / "command.json").read_text())
    assert theirs["options"] == ours["options"] and theirs.keys() == ours.keys()
    for role in ("spiking", "dense", "quantised"):
        assert theirs[role]["accuracy"] == ours[role]["accuracy"]
        assert theirs[role]["counts"] == ours[role]["counts"]
    subprocess.run([command(), "report", tmp_path / "python.json", "-o", tmp_path / "page.html"],
                   check=True, stdout=subprocess.DEVNULL)
    results.report(tmp_path / "ours.html")
    assert (tmp_path / "ours.html").read_text() == (tmp_path / "page.html").read_text()


def test_files_that_cannot_be_written_are_named(results, tmp_path):
    for write in (results.save, results.report):
        with pytest.raises(snn.FileError, match="nowhere"):
            write(tmp_path / "nowhere" / "file")


def blobs(samples=90):
    draw = np.random.default_rng(1)
    labels = draw.integers(0, 2, samples)
    values = draw.integers(0, 60, (samples, 6))
    values[labels == 1, 3:] += 150
    return snn.Dataset.from_images(values.astype(np.uint8), labels, name="blobs")


def test_samples_of_ones_own():
    data = blobs()
    split = snn.random_split(data)
    results = snn.bench(data, split, hidden=[8, 4], epochs=30, batch=10, lr=0.02, steps=6,
                        threads=1, meter="none", seeds=2)
    contents = results.to_dict()
    assert contents["data"]["name"] == "blobs" and contents["data"]["test"] == len(split.test)
    assert contents["options"]["hidden"] == [8, 4] and contents["options"]["data"] == "images:blobs"
    assert contents["command"].startswith("snn.bench(<Dataset blobs")
    for model in results:
        assert len(model.accuracies) == 2 and model.accuracy > 0.8
    with pytest.raises(TypeError, match="split = None"):
        snn.bench(data, meter="none")
    with pytest.raises(TypeError, match="brings its own"):
        snn.bench("digits", split, meter="none")
    with pytest.raises(TypeError, match="LoadedData or Dataset"):
        snn.bench(7)


def test_an_opponent_from_a_file(tmp_path):
    file = tmp_path / "mine.json"
    file.write_text(json.dumps({"format": "snn counts", "schema": 1, "name": "mine", "layers": [
        {"name": "fc", "inputs": 4, "outputs": 2, "macs": 8}]}))
    mine = snn.bench(**TINY, opponent=file)["user"]
    assert mine.label == "mine" and mine.accuracies == () and np.isnan(mine.accuracy)
    assert mine.counts.projections[0].synapses == 8
    assert isinstance(mine.measured, snn.Unavailable)


@pytest.mark.parametrize(("field", "value", "allowed"), [
    ("epochs", 0, "1 to 1048576"), ("lr", -1, "> 0"), ("encode", "morse", "direct"),
    ("tau", float("nan"), "> 0"), ("hidden", [], "1 to"), ("loss", "hinge", "count-mse"),
    ("data", "letters", "digits"), ("seed", -1, "18446744073709551615"),
    ("country", "XX", "WORLD"), ("seeds", 0, "1 to"),
])
def test_what_the_command_refuses(field, value, allowed):
    with pytest.raises(snn.ConfigError) as caught:
        snn.bench(**{**TINY, field: value})
    assert field in (caught.value.field.replace("-", "_"), caught.value.object)
    assert allowed in caught.value.allowed


def test_the_device_is_the_command_s():
    assert snn.bench(**TINY, device="cpu", precision="tf32").models[0].accuracies
    with pytest.raises(snn.ConfigError, match='"gpu"; allowed: "cpu", "cuda" or "cuda:N"'):
        snn.bench(**TINY, device="gpu")
    if snn.cuda_report().unavailable:
        with pytest.raises(snn.UnavailableError, match='device "cuda:0": '):
            snn.bench(**TINY, device="cuda:0")


def test_what_is_no_flag():
    with pytest.raises(TypeError, match="hiden"):
        snn.bench(hiden=3)
    with pytest.raises(TypeError, match="hidden = <object"):
        snn.bench(hidden=object())


def test_progress_and_stopping():
    told = []
    snn.bench(**TINY, progress=lambda *what: told.append(what))
    assert list(dict.fromkeys(label for label, _, _ in told)) == [
        "dense twin (ReLU, fp32)", "quantised twin (3-bit)", "spiking network"]
    for label in {label for label, _, _ in told}:
        of_it = [(done, of) for name, done, of in told if name == label]
        assert of_it == sorted(of_it) and of_it[-1] == (2, 2)
    stopped = snn.bench(**TINY, progress=lambda what, done, of: what != "spiking network")
    assert stopped.interrupted and stopped.verdict == ()
    assert [model.role for model in stopped] == ["dense", "quantised"]
    assert "interrupted" in repr(stopped) and "Ended early" in stopped._repr_html_()
    for write in (stopped.save, stopped.report):
        with pytest.raises(snn.Error, match="interrupted"):
            write("never.json")


def test_an_error_in_progress_keeps_what_was_done():
    def fail(what, done, of):
        if what == "spiking network":
            raise ZeroDivisionError("mine")

    with pytest.raises(ZeroDivisionError, match="mine") as caught:
        snn.bench(**TINY, progress=fail)
    assert [model.role for model in caught.value.results] == ["dense", "quantised"]


def test_a_bar_is_drawn(capsys):
    snn.bench(**TINY, progress=True)
    assert "spiking network" in capsys.readouterr().err


SCRIPT = """
    import snn

    def begun(what, done, of):
        if what == "spiking network":
            print("begin", flush=True)

    try:
        snn.bench(hidden=12, epochs=300, steps=200, threads=1, meter="none", augment=[0],
                  train_limit=50, progress=begun)
    except KeyboardInterrupt as stop:
        print([model.role for model in stop.results], flush=True)
"""


def test_ctrl_c_keeps_what_was_done():
    process = subprocess.Popen([sys.executable, "-c", textwrap.dedent(SCRIPT)], text=True,
                               stdout=subprocess.PIPE, env=os.environ)
    assert process.stdout.readline() == "begin\n"
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    assert out.splitlines()[-1] == "['dense', 'quantised']"


def fake_meter(file):
    """Writes what a wattmeter of 10 W would into a pipe, until nobody reads it."""
    os.mkfifo(file)

    def write():
        with contextlib.suppress(BrokenPipeError), open(file, "w") as pipe:
            while True:
                now = time.monotonic()
                pipe.write(f"{now:.6f} {10 * now:.6f}\n")
                pipe.flush()
                time.sleep(0.01)

    threading.Thread(target=write, daemon=True).start()
    return file


def test_it_can_be_stopped_while_energy_is_measured(tmp_path):
    told = []

    def stop(what, done, of):
        told.append((what, done, of))
        return what != "measuring energy"

    measuring = {**TINY, "meter": "external", "meter_file": fake_meter(tmp_path / "meter")}
    results = snn.bench(**measuring, measure_seconds=0.1, trials=7, progress=stop)
    assert told[-1] == ("measuring energy", 0, 7)
    assert results.interrupted and len(results) == 3
