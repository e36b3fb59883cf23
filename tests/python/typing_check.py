# SPDX-License-Identifier: Apache-2.0
"""mypy --strict over the installed package, and over a program that uses it."""

import pathlib
import subprocess
import sys
import tempfile

import snn

PROGRAM = """
import numpy as np
import snn

net = snn.Network()
cells: snn.Population = net.add(snn.Lif(tau_m_ms=20, reset="subtract"), 100, name="E")
net.connect(cells, cells[:10], snn.OneToOne(), weight=0.5, delay_ms=snn.Normal(1.5, 0.1))
run = snn.Simulation(net, dt_ms=0.1, seed=7).record_spikes(cells).run_ms(100.0)
rate: float = run.spikes["E"].rate_hz
times: np.ndarray = run.spikes[cells].times_ms
trainer = snn.Trainer(net, snn.load_digits(), epochs=2, surrogate=snn.Arctan(alpha=2.0))
for epoch in trainer:
    accuracy: float = epoch.validation_accuracy
"""

WRONG = """
import snn

snn.Lif(tau="x")
snn.Lif(tau_m_ms="x")
snn.Network().add()
"""


def mypy(*arguments: str) -> subprocess.CompletedProcess[str]:
    root = pathlib.Path(__file__).resolve().parents[2]
    with tempfile.TemporaryDirectory() as folder:  # not where the folder snn/ of C++ sources is
        return subprocess.run([sys.executable, "-m", "mypy", "--strict", "--config-file",
                               str(root / "pyproject.toml"), *arguments], cwd=folder, text=True,
                              stdout=subprocess.PIPE, check=False)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        good, bad = pathlib.Path(folder, "good.py"), pathlib.Path(folder, "bad.py")
        good.write_text(PROGRAM)
        bad.write_text(WRONG)
        package = mypy("-p", "snn")
        program, wrong = mypy(str(good)), mypy(str(bad))
    print(package.stdout, program.stdout, sep="")
    if package.returncode or program.returncode:
        sys.exit(1)
    for line in (4, 5, 6):
        if f"bad.py:{line}: error" not in wrong.stdout:
            sys.exit(f"mypy accepts line {line} of a wrong program:\n{wrong.stdout}")
    print(f"mypy --strict: snn {snn.__version__} and a program that uses it")


if __name__ == "__main__":
    main()
