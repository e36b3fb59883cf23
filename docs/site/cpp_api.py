# SPDX-License-Identifier: Apache-2.0
"""A directive for pages of the C++ library: what public headers declare, from Doxygen's XML."""

import re
import textwrap
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

COMMENT = re.compile(r"^ *///", re.MULTILINE)
SECTIONS = (
    "briefdescription detaileddescription innernamespace public-attrib public-static-func "
    "public-func public-type innerclass enum typedef func"
)


class PublicHeaders(SphinxDirective):
    """The declarations of the listed headers, a section for each."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Nodes of all headers."""
        lines: list[str] = []
        for header in self.content:
            # Breathe knows a file by its last name alone.
            lines += [header, "~" * len(header), "",
                      f".. doxygenfile:: {header.rpartition('/')[2]}",
                      f"   :sections: {SECTIONS}", ""]
        container = nodes.Element()
        self.state.nested_parse(StringList(lines, self.get_source_info()[0]), self.content_offset,
                                container, match_titles=True)
        # All is in one namespace, whose own entry would stand around each header's.
        for entry in list(container.findall(addnodes.desc)):
            if entry[0].astext().split() == ["namespace", "snn"]:
                # The rest is the first comments of all files, which Doxygen gives to the namespace.
                entry.replace_self([child for child in entry[-1].children
                                    if any(child.findall(addnodes.desc))])
        for formula in container.findall(nodes.literal_block):
            text = textwrap.dedent(COMMENT.sub("", formula.astext())).strip("\n")
            formula.clear()
            formula += nodes.Text(text)
            formula.rawsource = text
        return container.children


def setup(app: Sphinx) -> dict[str, Any]:
    """Registers the directive."""
    app.add_directive("public-headers", PublicHeaders)
    return {"parallel_read_safe": True}
