# SPDX-License-Identifier: Apache-2.0
"""What Python says of CUDA is what the command says."""

import re

import pytest

import snn


def test_the_report_holds_devices_or_says_why_there_are_none():
    report = snn.cuda_report()
    assert bool(report.devices) == (report.unavailable == "")
    assert report.built == bool(re.fullmatch(r"\d+\.\d+", report.toolkit))
    for number, device in enumerate(report.devices):
        assert device.number == number
        assert device.major >= 5
        assert device.multiprocessors > 0
        assert device.memory_bytes > device.l2_bytes > 0
        assert repr(device) == f"<CudaDevice cuda:{number}: {device.name}>"
    assert report.unavailable in repr(report)


def test_a_device_that_is_not_there_is_refused_with_the_reason():
    report = snn.cuda_report()
    net = snn.Network()
    net.add(snn.Lif(), 1, name="one")
    if report.devices:
        with pytest.raises(snn.UnavailableError, match=r"numbered from 0"):
            snn.Simulation(net, device=f"cuda:{len(report.devices)}").run_ms(1)
    else:
        with pytest.raises(snn.UnavailableError, match=re.escape(report.unavailable)):
            snn.Simulation(net, device="cuda:0").run_ms(1)


def test_every_library_was_found_or_says_what_was_tried():
    libraries = snn.cuda_libraries()
    names = ["cuBLASLt", "NVRTC", "NCCL", "NVML"] if snn.cuda_report().built else []
    assert [library.name for library in libraries] == names
    for library in libraries:
        assert bool(library.file) == (library.why == "")
        assert library.name in repr(library)
