# SPDX-License-Identifier: Apache-2.0
"""Networks as Python describes them."""

import copy
import pickle

import numpy as np
import pytest

import snn


def small():
    net = snn.Network()
    noise = net.add(snn.PoissonSource(20.0), 100, name="noise")
    cells = net.add(snn.Lif(tau_m_ms=20, v_th_mv=-50), (10, 20), name="E")
    net.connect(noise, cells, snn.FixedProbability(0.1), weight=8, delay_ms=1.5)
    return net, noise, cells


def test_parameters_have_names_defaults_and_values():
    assert snn.Lif().tau_m_ms == 20.0
    lif = snn.Lif(tau_m_ms=12, reset="subtract")
    assert lif.tau_m_ms == 12.0 and lif.reset is snn.Reset.subtract
    assert eval(repr(lif), {"Lif": snn.Lif}) == lif
    assert lif.replace(tau_m_ms=20, reset=snn.Reset.to_value) == snn.Lif()
    lif.v_th_mv = -40
    assert lif.v_th_mv == -40.0
    assert snn.LifCondExp(e_rev_mv=(0, -80)).e_rev_mv == (0.0, -80.0)


@pytest.mark.parametrize("make, error, words", [
    (lambda: snn.Lif(tau=3), TypeError, ["Lif", "tau", "tau_m_ms"]),
    (lambda: snn.Lif(tau_m_ms="fast"), TypeError, ["Lif", "tau_m_ms", "'fast'", "float"]),
    (lambda: snn.Lif(reset="none"), snn.ConfigError, ["reset", "none", "to_value, subtract"]),
    (lambda: snn.Lif(20.0), TypeError, ["by name"]),
    (lambda: snn.Uniform(0, 1, 2), TypeError, ["Uniform", "at most 2"]),
    (lambda: snn.Uniform(0, low=1), TypeError, ["low", "twice"]),
    (lambda: snn.AllToAll(1), TypeError, ["AllToAll"]),
    (lambda: snn.Sparse([0.5], [1]), TypeError, ["Sparse", "source", "whole numbers"]),
    (lambda: snn.Network().add(3, 5), TypeError, ["kind", "3", "Lif"]),
    (lambda: snn.Network().add(snn.Lif(), "many"), TypeError, ["shape"]),
    (lambda: snn.Lif.each(tau_m_ms=[1, 2], v_th_mv=[1, 2, 3]), TypeError, ["v_th_mv"]),
    (lambda: snn.Lif.each(tau=[1, 2]), TypeError, ["tau"]),
])
def test_mistakes_name_object_field_value_and_what_is_allowed(make, error, words):
    with pytest.raises(error) as raised:
        make()
    for word in words:
        assert word in str(raised.value)


def test_a_mistake_in_a_value_is_found_by_validate():
    net, _, _ = small()
    net.add(snn.Lif(tau_m_ms=-1), 1, name="bad")
    with pytest.raises(snn.ConfigError) as raised:
        net.validate()
    error = raised.value
    assert isinstance(error, ValueError) and isinstance(error, snn.Error)
    assert (error.object, error.field) == ('population "bad"', "tau_m_ms")
    assert "-1" in error.value and "> 0" in error.allowed


def test_a_refused_population_leaves_the_network_as_it_was():
    net, _, _ = small()
    with pytest.raises(TypeError):
        net.add(snn.Lif(), 5, v_init_mv="low")
    assert len(net.populations) == 2


def test_populations_are_found_by_name_and_sliced_as_arrays():
    net, _, cells = small()
    assert net["E"] == cells and len(cells) == 200 and cells.shape == (10, 20)
    assert list(cells[2:5].neurons) == [2, 3, 4]
    assert list(cells[[7, 3]].neurons) == [7, 3] and list(cells[-1].neurons) == [199]
    assert list(cells[10:20][2:4].neurons) == [12, 13]
    mask = np.zeros(200, bool)
    mask[5] = True
    assert list(cells[mask].neurons) == [5]
    with pytest.raises(IndexError):
        cells[200]
    with pytest.raises(snn.ConfigError, match="F.*allowed: noise, E"):
        net["F"]
    with pytest.raises(snn.ConfigError, match="whole population"):
        cells[:3].drive(snn.PoissonDrive(rate_hz=5))


def test_parts_are_joined_by_listed_pairs():
    net, noise, cells = small()
    one = net.connect(noise[:3], cells[10:13], snn.OneToOne(), weight=2)
    assert list(one.rule.source) == [0, 1, 2] and list(one.rule.target) == [10, 11, 12]
    all_pairs = net.connect(noise[:2], cells[5:8], snn.AllToAll())
    assert list(all_pairs.rule.source) == [0, 0, 0, 1, 1, 1]
    listed = net.connect(noise[[9, 8]], cells, snn.Sparse([0, 1], [3, 4]))
    assert list(listed.rule.source) == [9, 8]
    with pytest.raises(snn.ConfigError, match="AllToAll, OneToOne or Sparse"):
        net.connect(noise[:2], cells, snn.FixedInDegree(3))
    with pytest.raises(snn.ConfigError, match="parts of one size"):
        net.connect(noise[:2], cells[:3], snn.OneToOne())
    other, elsewhere, _ = small()
    with pytest.raises(snn.ConfigError, match="another network"):
        net.connect(elsewhere, cells, snn.AllToAll())
    assert other is not net


def test_synapses_take_constants_lists_and_distributions():
    net, noise, cells = small()
    p = net.connect(noise, cells, snn.AllToAll(), weight=np.ones(100 * 200, np.float32),
                    delay_ms=snn.Normal(1.5, 0.1), plasticity=snn.PairStdp(w_max=2.0))
    assert p.synapse.weight.dtype == np.float32 and p.synapse.weight.shape == (20000,)
    assert p.synapse.delay_ms == snn.Normal(1.5, 0.1)
    assert p.synapse.plasticity == snn.PairStdp(w_max=2.0) and p.synapse.short_term is None
    with pytest.raises(TypeError, match="weigth"):
        net.connect(noise, cells, snn.AllToAll(), weigth=3)
    with pytest.raises(TypeError, match="delay_ms"):
        net.connect(noise, cells, snn.AllToAll(), delay_ms="soon")
    assert len(net.projections) == 2


def test_reading_a_list_gives_what_cannot_be_changed():
    source = snn.SpikeSource([[1.0, 2.0]])
    assert source.times_ms[0].tolist() == [1.0, 2.0]
    with pytest.raises(ValueError):
        source.times_ms[0][0] = 5


def test_pickle_and_copy_keep_everything():
    net, _, _ = small()
    for twin in (pickle.loads(pickle.dumps(net)), copy.deepcopy(net), copy.copy(net)):
        assert repr(twin) == repr(net)
        assert twin["E"].parameters == net["E"].parameters
        assert twin.projections[0].synapse == net.projections[0].synapse
        twin.add(snn.Lif(), 1)
        assert len(net.populations) == 2
    for value in (snn.Lif(tau_m_ms=3), snn.FixedProbability(0.3), snn.Synapse(weight=3.0),
                  snn.SpikeSource([[1.0]]), snn.TrainOptions(epochs=3), snn.Homeostasis()):
        assert pickle.loads(pickle.dumps(value)) == value


def test_files_restore_what_was_described(tmp_path):
    net, _, _ = small()
    net.save(tmp_path / "net.h5", dt_ms=0.1, ticks=25, loss="mean-membrane")
    saved = snn.load_network(tmp_path / "net.h5")
    assert repr(saved.network) == repr(net)
    assert (saved.dt_ms, saved.ticks, saved.loss) == (0.1, 25, "mean-membrane")
    with pytest.raises(snn.FileError) as raised:
        snn.load_network(tmp_path / "none.h5")
    assert isinstance(raised.value, OSError) and "none.h5" in raised.value.path


def test_what_a_notebook_shows_is_escaped():
    net = snn.Network()
    net.add(snn.Lif(), 3, name="<script>")
    assert "<script>" not in net._repr_html_() and "&lt;script&gt;" in net._repr_html_()
    assert "&lt;script&gt;" in net["<script>"]._repr_html_()


def test_heterogeneous_parameters():
    tau = np.linspace(10, 20, 5)
    net = snn.Network()
    cells = net.add(snn.Lif.each(tau_m_ms=tau, v_th_mv=-45), 5)
    assert "each of 5" in repr(cells.parameters) and len(cells.parameters) == 5
    net.validate()
    net.add(snn.Lif.each(tau_m_ms=tau), 6, name="six")
    with pytest.raises(snn.ConfigError, match="six"):
        net.validate()
    net.add(snn.Lif.each(reset=["subtract", "to_value"]), 2)
