# SPDX-License-Identifier: Apache-2.0
"""Pages of the Python package: a directive for a topic, and docstrings made fit for docutils.

Docstrings of the extension are comments of the C++ headers: plain text with formulas on indented
lines, which reStructuredText would read as markup.
"""

import re
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

import snn

logger = logging.getLogger(__name__)
UNDERLINE = re.compile(r"^-{3,}$")
# Fields are in the list of parameters, and need no second entry.
PARAMETER = re.compile(r"^ *(\w+) : ", re.MULTILINE)
# What scikit-learn adds to every estimator.
REQUESTS = re.compile(r"set_\w+_request")
# `code` and ``code`` stay; in the rest, what would begin markup is escaped.
CODE = re.compile(r"(``[^`]+``|`[^`]+`)")
MARKUP = re.compile(r"([*|\\])|(?<=\w)(_)(?!\w)")


class PublicNames(SphinxDirective):
    """A table of names of snn, one line each, then their full entries."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Nodes of the table and the entries."""
        names = [name for line in self.content for name in line.split()]
        lines = [".. autosummary::", "   :nosignatures:", ""]
        lines += [f"   snn.{name}" for name in names] + [""]
        for name in names:
            lines += _entry(name)
        source = self.get_source_info()[0]
        container = nodes.Element()
        self.state.nested_parse(StringList(lines, source), self.content_offset, container,
                                match_titles=True)
        return container.children


def _entry(name: str) -> list[str]:
    """The autodoc directive of a public name, relative to snn."""
    value = snn
    for part in name.split("."):
        value = getattr(value, part)
    if not isinstance(value, type):
        return [f".. autofunction:: snn.{name}", ""]
    if issubclass(value, Exception):
        return [f".. autoexception:: snn.{name}", ""]
    lines = [f".. autoclass:: snn.{name}", "   :members:"]
    if value.__module__ in ("snn.simulation", "snn.training"):
        lines.append("   :inherited-members:")
    if hasattr(value, "__members__"):
        lines.append("   :undoc-members:")
    hidden = PARAMETER.findall(value.__doc__ or "")
    hidden += [member for member in dir(value) if REQUESTS.fullmatch(member)]
    if hidden:
        lines.append(f"   :exclude-members: {', '.join(hidden)}")
    return lines + [""]


def _escape(line: str) -> str:
    pieces = CODE.split(line)
    for i in range(0, len(pieces), 2):
        pieces[i] = MARKUP.sub(lambda m: "\\" + m.group(0), pieces[i])
    return "".join(pieces)


def plain_text(app: Sphinx, what: str, name: str, obj: Any, options: Any,
               lines: list[str]) -> None:
    """Turns a plain docstring into reStructuredText: formulas become literal blocks."""
    out: list[str] = []
    in_section = in_examples = in_formula = False
    for i, line in enumerate(lines):
        heading = i + 1 < len(lines) and UNDERLINE.match(lines[i + 1]) is not None
        if heading:
            in_section, in_examples = True, line == "Examples"
            if out and out[-1]:
                out.append("")
        if in_examples or line.startswith((">>>", "...")) or UNDERLINE.match(line):
            out.append(line)
            continue
        formula = not in_section and line.startswith("  ") and not line.lstrip().startswith("- ")
        if formula and not in_formula:
            out += ["", "::", ""]
        elif in_formula and not formula:
            out.append("")
        in_formula = formula
        # Names of parameters stand alone on a line and napoleon escapes them.
        field = in_section and not line.startswith(" ")
        out.append(f"  {line}" if formula else line if field else _escape(line))
    lines[:] = out


def public_signature(app: Sphinx, what: str, name: str, obj: Any, options: Any,
                     signature: str | None, returns: str | None) -> tuple[str | None, str | None]:
    """Names types as users do: without the module of the extension."""
    def public(text: str | None) -> str | None:
        return text and re.sub(r"\b(?:snn\.)?_core\._?(?=[A-Z])", "", text)

    return public(signature), public(returns)


def link_types(app: Sphinx, doctree: nodes.document) -> None:
    """Lets types in signatures and fields lead to public names of snn, and to nothing else.

    Descriptions of types are words ("array of shape (spikes,)"), each of which Sphinx looks up.
    """
    public = set(snn.__all__)
    for node in list(doctree.findall(pending_xref)):
        target = node.get("reftarget", "")
        if node.get("refdomain") != "py" or node.get("refexplicit") or target.startswith("snn."):
            continue
        if target in public:
            node["reftarget"] = f"snn.{target}"
        else:
            node.replace_self(node.children)


def check_complete(app: Sphinx, env: Any) -> None:
    """Warns of public names that no page has."""
    documented = set(env.get_domain("py").objects)
    for name in [*snn.__all__, "SpikingClassifier"]:
        if name != "__version__" and f"snn.{name}" not in documented:
            logger.warning("snn.%s is on no page of docs/api/python", name)


def setup(app: Sphinx) -> dict[str, Any]:
    """Registers the directive and the hooks."""
    if not hasattr(snn, "Lif"):
        raise ExtensionError("the Python package snn is not installed")
    app.add_directive("public-names", PublicNames)
    app.connect("autodoc-process-docstring", plain_text, priority=400)
    app.connect("autodoc-process-signature", public_signature)
    app.connect("doctree-read", link_types)
    app.connect("env-check-consistency", check_complete)
    return {"parallel_read_safe": True}
