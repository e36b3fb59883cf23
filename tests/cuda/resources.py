#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds every CUDA kernel to its budget of registers and of spills.

resources.py --ptxas PTXAS --budget FILE PTX...

Assembles each PTX file for sm_90 and reads what ptxas says of its kernels. Exit 1 names every
kernel over its budget, and lines of the table that no kernel needs; 77: there is no kernel.
"""

import argparse
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys

NO_KERNEL = 77
ENTRY = re.compile(r"Compiling entry function '(\w+)'")
SPILLS = re.compile(r"(\d+) bytes stack frame, (\d+) bytes spill stores, (\d+) bytes spill loads")
REGISTERS = re.compile(r"Used (\d+) registers")
BUDGET_LINE = re.compile(r"(\d+)\s+(\d+)\s+(\S.*)")
PTX_ENTRY = re.compile(r"^\s*(?:\.visible\s+|\.weak\s+)*\.entry\s+(\w+)", re.MULTILINE)


def parse_report(text):
    """{mangled name: {"registers", "stack", "spills"}} of what `ptxas -v` printed."""
    kernels = {}
    name = None
    for line in text.splitlines():
        if found := ENTRY.search(line):
            name = found.group(1)
            kernels[name] = {}
        elif "Function properties for" in line and name is not None:
            # A function that was not inlined has properties of its own.
            if line.split()[-1] != name:
                name = None
        elif name is not None and (found := SPILLS.search(line)):
            stack, stores, loads = map(int, found.groups())
            kernels[name].update(stack=stack, spills=stores + loads)
        elif name is not None and (found := REGISTERS.search(line)):
            kernels[name]["registers"] = int(found.group(1))
    return kernels


def parse_budget(text):
    """[(registers, bytes of spills, pattern)] of the table's lines."""
    budget = []
    for number, line in enumerate(text.splitlines(), 1):
        line = line.partition("#")[0].strip()
        if not line:
            continue
        found = BUDGET_LINE.fullmatch(line)
        if not found:
            sys.exit(f'line {number} of the budget: "{line}" is not two numbers and a pattern')
        budget.append((int(found[1]), int(found[2]), re.compile(found[3])))
    return budget


def judge(kernels, budget):
    """What is wrong, given {readable name: resources}; a list of lines."""
    wrong = []
    used = set()
    for name, has in sorted(kernels.items()):
        if "registers" not in has or "spills" not in has:
            wrong.append(f"{name}: ptxas did not say what it takes")
            continue
        row = next((i for i, line in enumerate(budget) if line[2].search(name)), None)
        if row is None:
            wrong.append(f"{name}: no line of the budget is for it")
            continue
        used.add(row)
        registers, spills, _ = budget[row]
        if has["registers"] > registers:
            wrong.append(f"{name}: {has['registers']} registers; its budget is {registers}")
        if has["spills"] > spills:
            wrong.append(f"{name}: spills {has['spills']} bytes of registers to memory; its budget "
                         f"is {spills}")
    for i, (_, _, pattern) in enumerate(budget):
        if i not in used:
            wrong.append(f'the budget\'s line for "{pattern.pattern}" is the first for no kernel')
    return wrong


def assemble(ptxas, ptx):
    """Resources of one file's kernels, by mangled name."""
    command = [ptxas, "-v", "-arch=sm_90", ptx, "-o", os.devnull]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    kernels = parse_report(done.stdout + done.stderr)
    for name in PTX_ENTRY.findall(pathlib.Path(ptx).read_text(encoding="utf-8")):
        kernels.setdefault(name, {})
    return kernels


def readable(names):
    """Names with their template's arguments, without the function's."""
    done = subprocess.run(["c++filt"], input="\n".join(names), capture_output=True, text=True,
                          check=True)
    return [without_arguments(name) for name in done.stdout.splitlines()]


def without_arguments(name):
    """"void f<int>(float*)" as "f<int>"."""
    name = name.replace("(anonymous namespace)::", "").removeprefix("void ")
    depth = 0
    for at, letter in enumerate(name):
        depth += (letter == "<") - (letter == ">")
        if letter == "(" and depth == 0:
            return name[:at]
    return name


def summary(kernels):
    """A line for each kernel, with the most that an instance of its template takes."""
    groups = {}
    for name, has in kernels.items():
        groups.setdefault(name.partition("<")[0], []).append(has)
    return [f"{max(has.get('registers', 0) for has in group):>4} registers, "
            f"{max(has.get('spills', 0) for has in group):>4} bytes of spills, "
            f"{max(has.get('stack', 0) for has in group):>4} of stack: {name} ({len(group)})"
            for name, group in sorted(groups.items())]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ptxas", required=True)
    parser.add_argument("--budget", type=pathlib.Path, required=True)
    parser.add_argument("ptx", nargs="+")
    arguments = parser.parse_args()
    kernels = {}
    with concurrent.futures.ThreadPoolExecutor() as pool:
        for found in pool.map(lambda ptx: assemble(arguments.ptxas, ptx), arguments.ptx):
            kernels.update(found)
    if not kernels:
        print("no kernel")
        return NO_KERNEL
    names = list(kernels)
    kernels = dict(zip(readable(names), (kernels[name] for name in names), strict=True))
    print("\n".join(summary(kernels)))
    wrong = judge(kernels, parse_budget(arguments.budget.read_text(encoding="utf-8")))
    for line in wrong:
        print(f"OVER BUDGET: {line}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
