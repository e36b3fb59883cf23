# SPDX-License-Identifier: Apache-2.0
"""Runs: recordings, callbacks, interrupts, threads."""

import math
import os
import pickle
import signal
import subprocess
import sys
import textwrap
import threading

import numpy as np
import pytest

import snn


def driven(size=50, **options):
    """A source that spikes at known times, and neurons that it moves by 3 mV each."""
    net = snn.Network()
    source = net.add(snn.SpikeSource([[1.0, 2.0, 5.0]]), 1, name="in")
    cells = net.add(snn.Lif(tau_m_ms=10), size, name="E")
    net.connect(source, cells, snn.AllToAll(), weight=3.0, delay_ms=0.5)
    return net, snn.Simulation(net, **{"dt_ms": 0.1, **options})


def noisy(seed=1, threads=1):
    net = snn.Network()
    noise = net.add(snn.PoissonSource(50.0), 100, name="noise")
    cells = net.add(snn.Lif(), 200, name="E")
    net.connect(noise, cells, snn.FixedProbability(0.2), weight=2.0, delay_ms=1.0)
    return snn.Simulation(net, seed=seed, threads=threads).record_spikes()


def test_the_membrane_follows_the_closed_form():
    net, run = driven()
    run.record_membrane(net["E"][:2]).run_ms(8)
    trace = run.membrane["E"]
    assert trace.values.shape == (80, 2) and list(trace.neurons) == [0, 1]
    expected = np.full(80, -65.0)
    for arrival in (1.5, 2.5, 5.5):
        late = trace.times_ms >= arrival - 1e-9
        expected += np.where(late, 3 * np.exp(-(trace.times_ms - arrival) / 10), 0)
    assert np.allclose(trace.values[:, 0], expected, atol=1e-4)


def test_spikes_come_with_times_and_neurons():
    _, run = driven()
    run.record_spikes("in").run_ms(8)
    train = run.spikes["in"]
    assert np.allclose(train.times_ms, [1, 2, 5]) and train.neurons.tolist() == [0, 0, 0]
    assert train.size == 1 and train.duration_ms == 8.0 and math.isclose(train.rate_hz, 375)
    assert len(train.between(1.5, 6)) == 2 and train.of(0).tolist() == train.times_ms.tolist()
    with pytest.raises(KeyError, match="record_spikes"):
        run.spikes["E"]
    assert list(run.spikes) == ["in"] and len(run.spikes) == 1


def test_a_late_recording_has_the_rate_of_its_own_time():
    run = noisy()
    late = snn.Simulation(run.network, seed=1)
    late.run_ms(100)
    late.record_spikes("E").run_ms(100)
    run.run_ms(200)
    whole, part = run.spikes["E"].between(100, 200), late.spikes["E"]
    assert len(part) > 50 and np.array_equal(part.times_ms, whole.times_ms)
    assert part.start_ms == 100.0 and math.isclose(part.rate_hz, whole.rate_hz)
    late.reset()
    assert math.isclose(late.run_ms(200).spikes["E"].rate_hz, run.spikes["E"].rate_hz)


def test_parts_of_a_population_are_picked_out():
    run = noisy().run_ms(200)
    cells = run.network["E"]
    whole, part = run.spikes["E"], run.spikes[cells[10:20]]
    inside = (whole.neurons >= 10) & (whole.neurons < 20)
    assert len(whole) > 100 and np.array_equal(part.times_ms, whole.times_ms[inside])
    assert part.size == 10


def test_one_seed_gives_one_train_in_pieces_and_with_threads():
    def spikes(run):
        return run.spikes["E"].times_ms.tolist(), run.spikes["E"].neurons.tolist()

    whole = spikes(noisy().run_ms(100))
    pieces = noisy()
    for _ in range(10):
        pieces.run_ms(10)
    assert spikes(pieces) == whole
    assert spikes(noisy(threads=2).run_ticks(1000)) == whole
    assert spikes(noisy(seed=2).run_ms(100)) != whole
    pieces.reset()
    assert pieces.tick == 0 and spikes(pieces.run_ms(100)) == whole


def test_recordings_outlive_the_simulation_and_pickle():
    run = noisy().run_ms(100)
    train = run.spikes["E"]
    expected = train.times_ms.copy()
    del run
    noisy(seed=5).run_ms(100)
    assert np.array_equal(train.times_ms, expected)
    again = pickle.loads(pickle.dumps(train))
    assert np.array_equal(again.times_ms, expected) and again.name == "E"


def test_pandas_frames():
    pytest.importorskip("pandas")
    net, run = driven()
    run.record_spikes().record_membrane(net["E"][:2]).run_ms(6)
    assert list(run.spikes["in"].to_pandas().columns) == ["time_ms", "neuron"]
    frame = run.membrane["E"].to_pandas()
    assert frame.shape == (60, 2) and frame.index.name == "time_ms"
    assert len(run.synapses(net.projections[0]).to_pandas()) == 50


def test_progress_is_told_and_can_stop_a_run():
    told = []
    run = snn.Simulation(snn.brunel(scale=0.4))
    run.run_ms(300, progress=lambda done, of: told.append((done, of)))
    assert told and all(of == 300 for _, of in told) and told == sorted(told)
    before = run.time_ms
    run.run_ms(1e6, progress=lambda done, of: False)
    assert before <= run.time_ms < 1e6
    run.run_ms(1)


def test_an_error_in_a_callback_ends_the_run_and_leaves_it_usable():
    def fail(done, of):
        raise ZeroDivisionError("mine")

    run = snn.Simulation(snn.brunel(scale=0.4))
    with pytest.raises(ZeroDivisionError, match="mine"):
        run.run_ms(1e6, progress=fail)
    at = run.time_ms
    assert 0 <= at < 1e6
    run.run_ms(10)
    assert math.isclose(run.time_ms, at + 10)


def test_a_listener_hears_every_spike_and_may_fail():
    heard = []
    run = noisy()
    run.listen_to_spikes(run.network["E"], lambda tick, neurons: heard.extend(
        (tick, int(n)) for n in neurons))
    run.run_ms(100)
    train = run.spikes["E"]
    assert heard == list(zip(np.rint(train.times_ms / 0.1).astype(int), train.neurons, strict=True))

    def fail(tick, neurons):
        raise LookupError("mine")

    run.listen_to_spikes(run.network["noise"], fail)
    with pytest.raises(LookupError, match="mine"):
        run.run_ms(100)
    assert run.tick >= 1000


def test_a_run_cannot_be_entered_twice():
    run = snn.Simulation(snn.brunel(scale=0.4))

    def look(done, of):
        run.run_ms(1)

    with pytest.raises(snn.Error, match="running"):
        run.run_ms(1e6, progress=look)
    run.run_ms(1)


def test_two_threads_run_two_simulations():
    alone = [noisy(seed=s).run_ms(200).spikes["E"].times_ms for s in (1, 2)]
    runs = [noisy(seed=s) for s in (1, 2)]
    threads = [threading.Thread(target=run.run_ms, args=(200,)) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for run, expected in zip(runs, alone, strict=True):
        assert np.array_equal(run.spikes["E"].times_ms, expected)


SCRIPT = """
    import snn
    run = snn.Simulation(snn.brunel(scale=0.2))
    try:
        print("begin", flush=True)
        run.run_ms(1e7)
    except KeyboardInterrupt:
        done = run.time_ms
        run.run_ms(1)
        print("stopped", 0 <= done < 1e7, run.time_ms > done, flush=True)
"""


def test_ctrl_c_stops_a_run_and_keeps_what_was_done():
    process = subprocess.Popen([sys.executable, "-c", textwrap.dedent(SCRIPT)], text=True,
                               stdout=subprocess.PIPE, env=os.environ)
    assert process.stdout.readline() == "begin\n"
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    assert out == "stopped True True\n" and process.returncode == 0


def test_what_changes_a_run():
    net, run = driven()
    run.record_membrane("E").run_ms(1)
    run.set_parameters(net["E"], snn.Lif(tau_m_ms=10, i_offset_mv=5))
    run.run_ms(100)
    assert abs(run.membrane["E"].values[-1, 0] - (-60)) < 0.01
    with pytest.raises(TypeError, match="parameters"):
        run.set_parameters(net["E"], 3)
    with pytest.raises(snn.ConfigError):
        run.set_parameters(net["E"], snn.AdEx())
    other, _ = driven()
    with pytest.raises(snn.ConfigError, match="network that is simulated"):
        run.set_parameters(other["E"], snn.Lif())


def test_data_sources_are_presented():
    net = snn.Network()
    graded = net.add(snn.CurrentSource(max_abs=2.0), 3, name="x")
    events = net.add(snn.EventSource(), 3, name="events")
    cells = net.add(snn.Lif(tau_m_ms=1e6), 3, name="E")
    net.connect(graded, cells, snn.OneToOne(), weight=0.5)
    net.connect(events, cells, snn.OneToOne(), weight=1.0)
    run = snn.Simulation(net).record_membrane(cells)
    run.set_values(graded, [0.0, 1.0, 2.0])
    run.set_spikes(events, [[0], [], [0, 2]])
    run.run_ticks(3)
    moved = run.membrane["E"].values[-1] + 65
    assert np.allclose(moved, [2.0, 1.5, 4.0], atol=1e-3)
    with pytest.raises(snn.ConfigError):
        run.set_values(graded, [0.0, 1.0])


def test_weights_rewards_and_state_files(tmp_path):
    net = snn.Network()
    source = net.add(snn.PoissonSource(40.0), 10, name="in")
    cells = net.add(snn.Lif(), 4, name="E")
    plastic = net.connect(source, cells, snn.AllToAll(), weight=6.0, delay_ms=1.0,
                          plasticity=snn.PairStdp(w_max=12.0))
    run = snn.Simulation(net, dt_ms=0.1)
    run.record_weights(plastic, interval_ms=10).record_spikes("E").run_ms(200)
    trace = run.weights[plastic.name]
    assert trace.values.shape == (20, 40) and np.allclose(trace.values[0], 6.0, atol=1e-4)
    now = run.synapses(plastic)
    assert now.delay_ms.tolist() == [1.0] * 40 and np.ptp(now.weight) > 0
    run.save(tmp_path / "state.h5")
    run.run_ms(50)
    expected = run.synapses(plastic).weight
    again = snn.Simulation(net, dt_ms=0.1)
    again.restore(tmp_path / "state.h5")
    assert np.array_equal(again.run_ms(50).synapses(plastic).weight, expected)
    run.set_weights(plastic, np.full(40, 3.0))
    assert np.allclose(run.synapses(plastic).weight, 3.0, atol=1e-4)
    with pytest.raises(snn.ConfigError):
        run.set_weights(plastic, [1.0])


def test_estimates_and_precision():
    net = snn.brunel(scale=0.2)
    estimate = snn.Simulation.estimate(net)
    assert estimate.synapse_bytes > 0 and sum(estimate.synapses.values()) == 2500 * 1250
    bits, size = next(iter(snn.Simulation(net).precision().values()))
    assert 8 <= bits <= 32 and size >= 0


def test_a_missing_device_says_so():
    with pytest.raises(snn.UnavailableError) as raised:
        driven(device="cuda")
    assert isinstance(raised.value, RuntimeError) and "cuda" in str(raised.value)


def test_spikes_in_a_file(tmp_path):
    run = noisy()
    run.record_spikes_to(tmp_path / "spikes.h5", "E")
    run.run_ms(50)
    run.close_files()
    assert (tmp_path / "spikes.h5").stat().st_size > 0
    with pytest.raises(snn.FileError):
        run.record_spikes_to(tmp_path / "none" / "spikes.h5")


def test_a_thousand_simulations_leave_no_memory_behind():
    def resident():
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def cycle():
        _, run = driven(size=2000)
        run.record_spikes().record_membrane("E").run_ms(1)
        assert len(run.membrane["E"]) == 10

    for _ in range(100):
        cycle()
    before = resident()
    for _ in range(1000):
        cycle()
    assert resident() - before < 4e6  # one cycle holds 0.2 MB: a leak would be 200
