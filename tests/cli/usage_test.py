# SPDX-License-Identifier: Apache-2.0
"""Exit codes and messages of mistakes, and the help."""

import itertools
import os
import pathlib
import re
import shlex
import tempfile
import unittest

from snn_command import TINY, CommandTest, tiny

COMMANDS = ("info", "bench", "train", "eval", "simulate", "energy", "report")


class MistakesOfUse(CommandTest):
    """Exit code 2; the message names the option, the value and what is allowed."""

    def refused(self, arguments, *words):
        done = self.snn(*arguments, expect=2)
        self.assertEqual(done.stdout, "", arguments)
        for word in words:
            self.assertIn(word, done.stderr, arguments)

    def test_commands(self):
        for arguments, given in (([], "none"), (["frobnicate"], "frobnicate"), (["--bad"], "--bad")):
            self.refused(arguments, given, *COMMANDS)

    def test_unknown_flags(self):
        for command in COMMANDS:
            more = {"eval": ["net.h5"], "simulate": ["net.h5"], "energy": ["carbon", "list"],
                    "report": ["r.json", "-o", "r.html"]}
            self.refused([command, *more.get(command, []), "--bogus"], "--bogus")

    def test_values(self):
        for flag, value, allowed in (
                ("--steps", "0", "1 to"), ("--steps", "x", "1 to"), ("--steps", "1e9", "1 to"),
                ("--epochs", "0", "1 to"), ("--epochs", "2.5", "1 to"), ("--batch", "0", "1 to"),
                ("--threads", "-1", "0 to"), ("--hidden", "0", "1 to"), ("--hidden", "8,x", "1 to"),
                ("--lr", "0", "> 0"), ("--lr", "nan", "> 0"), ("--lr", "inf", "> 0"),
                ("--lr", "", "> 0"), ("--lr", "1e-3x", "> 0"),
                ("--tau", "-2", "> 0"), ("--tau-syn", "0", "> 0"), ("--tau-out", "0", "> 0"),
                ("--gain", "0", "> 0"), ("--delay", "-1", "0 to"), ("--dt-ms", "-1", ">= 0"),
                ("--train-limit", "-1", ">= 0"), ("--clip-norm", "-1", ">= 0"),
                ("--patience", "-1", ">= 0"), ("--lambda-synops", "-1", ">= 0"),
                ("--lambda-rate", "nan", ">= 0"), ("--target-rate", "2", "0"),
                ("--weight-decay", "-5", ">= 0"), ("--weight-decay", "nan", ">= 0"),
                ("--surrogate-slope", "-1", ">= 0"), ("--augment", "-1", ">= 0"),
                ("--augment", "0,0,2", "scale < 1"), ("--seed", "-1", "18446744073709551615"),
                ("--seed", "18446744073709551616", "18446744073709551615"),
                ("--encode", "morse", "direct,rate,latency"), ("--neuron", "hh", "lif,if,cuba"),
                ("--reset", "hard", "subtract,value"), ("--loss", "mse", "count-mse"),
                ("--optimizer", "lion", "adam,adamw,sgd"), ("--schedule", "exp", "cosine,step"),
                ("--surrogate", "step", "arctan"), ("--precision", "fp8", "fp32,tf32,bf16,bf16-split"),
                ("--data", "letters", "digits | mnist:DIR"),
                ("--data", "events:only-one.h5", "events:TRAIN.h5,TEST.h5")):
            for command in ("bench", "train"):
                with self.subTest(flag=flag, value=value, command=command):
                    words = tiny(**{flag.strip("-").replace("-", "_"): value})
                    # Of a list, the message names the part that is wrong.
                    part = value.split(",")[-1] if flag in ("--augment", "--hidden") else value
                    name = "augment" if flag == "--augment" else flag
                    self.refused([command, *words], name, part, allowed)

    def test_what_only_one_command_takes(self):
        self.refused(["bench", *TINY, "--country", "XX"], "country", "XX", "WORLD", "FRA")
        self.refused(["bench", "--seeds", "0"], "--seeds", "0", "1 to")
        self.refused(["bench", "--measure-seconds", "0"], "--measure-seconds", "0")
        self.refused(["train", *TINY, "--resume"], "resume", "checkpoint")
        self.refused(["train", *TINY, "--device", "gpu"], "device", "gpu", "cuda:N")
        for command in "bench", "eval", "simulate":
            self.assertIn("--device", self.snn(command, "--help").stdout)
        self.refused(["eval"], "network")
        self.refused(["simulate", "net.h5", "--ms", "-1"], "--ms", "-1")


class RunsThatFail(CommandTest):
    """Exit code 1; the message names the file."""

    def fails(self, arguments, *words):
        done = self.snn(*arguments, expect=1)
        self.assertEqual(done.stdout, "", arguments)
        for word in words:
            self.assertIn(word, done.stderr, arguments)

    def test_missing_data(self):
        self.fails(["bench", *TINY, "--data", "mnist:nowhere"], "nowhere", "no such file")
        self.fails(["train", *TINY, "--data", "events:a.h5,b.h5"], "a.h5", "no such file")

    def test_networks_that_cannot_be_read(self):
        self.snn("train", *TINY, "--save", "net.h5")
        whole = (self.folder / "net.h5").read_bytes()
        middle = len(whole) // 2
        (self.folder / "cut.h5").write_bytes(whole[:middle])
        (self.folder / "text.h5").write_text("no network at all")
        for command in ("eval", "simulate"):
            for name in ("missing.h5", "cut.h5", "text.h5"):
                self.fails([command, name], name)

    def test_outputs_are_tried_before_work_starts(self):
        # So many epochs that the test would time out if the run began.
        long = ["--epochs", "1000000", "--hidden", "8"]
        (self.folder / "file").write_text("")
        for command, flag in (("bench", "--out"), ("bench", "--report"), ("train", "--out"), ("train", "--save"),
                              ("train", "--checkpoint")):
            self.fails([command, *long, flag, "/proc/out"], flag, "/proc/out")
            self.fails([command, *long, flag, "file/out"], flag, "file/out")
            self.fails([command, *long, flag, "."], flag, "folder")

    def test_a_missing_folder_is_made(self):
        self.snn("train", *TINY, "--save", "new/a/net.h5", "--out", "new/b/counts.json",
                 "--checkpoint", "new/c/run.h5")
        for name in ("new/a/net.h5", "new/b/counts.json", "new/c/run.h5"):
            self.assertTrue((self.folder / name).is_file(), name)
        self.assertEqual(sorted(p.name for p in self.folder.rglob("*.partial")), [])


class Help(CommandTest):
    def test_every_command_has_help_and_examples_that_parse(self):
        for command in ((), *((c,) for c in COMMANDS)):
            text = self.snn(*command, "--help").stdout
            self.assertIn("Examples:", text, command)
            examples = re.findall(r"^  (snn .*)$", text.split("Examples:")[1], re.M)
            self.assertTrue(examples, command)
            for example in examples:
                words = shlex.split(example)[1:]
                if words[0] in ("energy", "report"):
                    continue  # their own tests run them
                if words == ["info"]:
                    self.snn(*words)
                    continue
                # Flags are parsed before the configuration is looked for, which is not there.
                words = [w for w in words if w not in ("--config", "run.toml")]
                done = self.snn(*words, "--config", "missing.toml", expect=2)
                self.assertIn("missing.toml", done.stderr, example)

    def test_help_names_every_command_and_version_is_a_version(self):
        text = self.snn("--help").stdout
        for command in COMMANDS:
            self.assertRegex(text, rf"(?m)^  {command} ")
        self.assertRegex(self.snn("--version").stdout, r"^\d+\.\d+\.\d+\n$")

    def cuda_of(self, environment=None):
        """The lines of `snn info` about CUDA, the indented ones after the first."""
        lines = self.snn("info", env=environment).stdout.splitlines()
        first = next(i for i, line in enumerate(lines) if line.startswith("cuda: "))
        after = itertools.takewhile(lambda line: line.startswith("  "), lines[first + 1:])
        return [lines[first], *after]

    def test_info_says_what_of_cuda_there_is(self):
        first, *lines = self.cuda_of()
        if first.startswith("cuda: unavailable"):  # not built
            self.assertRegex(first, r'no CUDA backend .* "cpu" is available')
            self.assertEqual(lines, [])
            return
        self.assertRegex(first, r"^cuda: toolkit \d+\.\d+, (no driver|driver for CUDA \d+\.\d+)$")
        devices = [line for line in lines if re.match(r"  cuda:\d+: .+, compute capability \d+\.\d+, "
                                                      r"\d+ multiprocessors, [\d.]+ GiB$", line)]
        reasons = [line for line in lines if line.startswith("  unavailable: ")]
        self.assertEqual(bool(devices), not reasons)  # a device, or why there is none
        told = next(line for line in self.snn("info").stdout.splitlines()
                    if line.startswith("devices: "))
        self.assertEqual(told, ", ".join(["devices: cpu", *(f"cuda:{i}" for i in
                                                            range(len(devices)))]))
        for name in ("cuBLASLt", "NVRTC", "NCCL", "NVML"):
            self.assertEqual(len([line for line in lines if re.match(
                rf"  {name}: (/\S+|unavailable: .+)$", line)]), 1, name)

    def test_info_says_where_libraries_of_cuda_were_looked_for(self):
        if self.cuda_of()[0].startswith("cuda: unavailable"):
            self.skipTest("this build has no CUDA backend")
        with tempfile.TemporaryDirectory() as folder:
            name = pathlib.Path(folder, "libnccl.so.2")
            name.write_text("no library", encoding="ascii")
            nowhere = os.environ | {"SNN_CUDA_LIBRARIES": folder, "CUDA_HOME": "", "CUDA_PATH": "",
                                    "PATH": "", "LD_LIBRARY_PATH": ""}
            told = next(line for line in self.cuda_of(nowhere) if line.startswith("  NCCL: "))
        if "unavailable" in told:  # no toolkit in its usual place either
            self.assertIn(f"{name}: file too short", told)

    def test_info_says_what_there_is(self):
        lines = self.snn("info").stdout.splitlines()
        for start in ("snn ", "build: ", "cpu: ", "cpu features: ", "devices: cpu", "meters:"):
            self.assertTrue(any(line.startswith(start) for line in lines), start)
        meters = [line for line in lines if re.match(r"  (RAPL|NVML|AMD|Jetson|external)", line)]
        self.assertGreaterEqual(len(meters), 6)
        for line in meters:
            self.assertRegex(line, r": (readable|unavailable: .+)$")
        with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
            flags = re.findall(r"^flags\s*:(.*)$", file.read(), re.M)
        if flags:
            told = next(line for line in lines if line.startswith("cpu features: "))
            told = told.removeprefix("cpu features: ").split(";")[0].split()
            for name in told:
                self.assertIn(name.replace("sse4.", "sse4_").replace("512vnni", "512_vnni"),
                              flags[0].split())
            self.assertEqual("avx2" in told, "avx2" in flags[0].split())


if __name__ == "__main__":
    unittest.main()
