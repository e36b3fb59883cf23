# SPDX-License-Identifier: Apache-2.0
"""Every public name says what it is, and quantities say their unit."""

import ast
import doctest
import enum
import inspect
import re

import pytest
import snn.benchmark
import snn.records
import snn.simulation
import snn.training

import snn


def public():
    for name in snn.__all__:
        thing = getattr(snn, name)
        if name.startswith("_") or not (inspect.isclass(thing) or callable(thing)):
            continue
        yield name, thing
        if inspect.isclass(thing):
            for part, member in vars(thing).items():
                is_value = issubclass(thing, enum.Enum) and isinstance(member, thing)
                if not part.startswith("_") and not is_value:
                    yield f"{name}.{part}", member


PUBLIC = dict(public())


@pytest.mark.parametrize("name", PUBLIC)
def test_it_has_a_docstring(name):
    thing = PUBLIC[name]
    text = inspect.getdoc(thing) or ""
    body = text.split("\n", 1)[1].strip() if re.match(r"^\w+\(.*\) -> ", text) and "\n" in text \
        else ("" if re.match(r"^\w+\(.*\) -> ", text) else text.strip())
    assert body, f"{name} says nothing of itself"


def parameters_without_words():
    for name, thing in PUBLIC.items():
        text = inspect.getdoc(thing) or ""
        for match in re.finditer(r"^(\w+) : (.*)\n(?!    \S)", text, re.M):
            yield f"{name}: {match[1]}"


def test_every_parameter_says_what_it_is():
    assert list(parameters_without_words()) == []


def test_signatures_are_python():
    for name, thing in PUBLIC.items():
        text = getattr(thing, "__doc__", None) or ""
        first = text.split("\n", 1)[0]
        if re.match(r"^\w+\(.*\) -> ", first):
            ast.parse(f"def {first}: ...")
        init = getattr(thing, "__init__", None)
        if inspect.isclass(thing) and init is not None and "__init__(" in (init.__doc__ or ""):
            ast.parse(f"def {init.__doc__.splitlines()[0]}: ...")
        assert "snn::" not in text and "std::" not in text, name


@pytest.mark.parametrize("module", [snn, snn.benchmark, snn.records, snn.simulation,
                                    snn.training])
def test_examples_in_docstrings_run(module):
    assert doctest.testmod(module, optionflags=doctest.ELLIPSIS).failed == 0


@pytest.mark.parametrize("thing", [snn.Network, snn.Trainer, snn.Simulation])
def test_examples_of_classes_run(thing):
    finder, runner = doctest.DocTestFinder(recurse=False), doctest.DocTestRunner()
    for test in finder.find(thing, thing.__name__, globs={}):
        assert runner.run(test).failed == 0
