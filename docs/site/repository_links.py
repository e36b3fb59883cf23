# SPDX-License-Identifier: Apache-2.0
"""Makes links that are written for the repository work on the site too.

Links between pages need nothing: the site has the folders of the repository. Example programs
lead to the page that shows them, folders become text, classes of the package lead to their entry.
"""

import re
from pathlib import Path
from typing import Any

from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx
from sphinx.util import logging

import snn

logger = logging.getLogger(__name__)
LINK = re.compile(r"(?<!!)\[([^\]\[]*)\]\(([^()\s#:]+)(#[^()\s]*)?\)")
PROGRAM = re.compile(r"examples/(\d\d_\w+)\.(cpp|py)")
PROGRAMS = "docs/programs"
PYTHON_API = "docs/api/python/"
REDIRECT = """<!doctype html>
<meta charset="utf-8">
<title>{title}</title>
<meta http-equiv="refresh" content="0; url=docs/index.html">
<a href="docs/index.html">{title}</a>
"""


def _relative(root: Path, page: Path, target: str) -> str | None:
    """The path of a link's target from the root; None outside the repository."""
    try:
        return (page.parent / target).resolve().relative_to(root).as_posix()
    except ValueError:
        return None


def _anchor(file_name: str) -> str:
    """The anchor of a heading that is a file's name, as MyST makes it."""
    return file_name.lower().replace(".", "")


def _rewrite(root: Path, page: Path, text: str) -> str:
    up = "../" * (len(page.relative_to(root).parts) - 1)

    def replaced(match: re.Match[str]) -> str:
        title, target, anchor = match.group(1), match.group(2), match.group(3) or ""
        path = _relative(root, page, target)
        if path is None:
            return match.group(0)
        if PROGRAM.fullmatch(path):
            return f"[{title}]({up}{PROGRAMS}.md#{_anchor(Path(path).name)})"
        if path.startswith(PYTHON_API) and anchor.startswith("#snn."):
            # Sphinx shows a reference that it cannot resolve as text, without a word.
            if not hasattr(snn, anchor.removeprefix("#snn.")):
                logger.warning("%s: there is no %s", page.name, anchor[1:])
            return f"{{py:obj}}`{title.strip('`')} <{anchor[1:]}>`"
        if (root / path).is_dir():
            return title
        return match.group(0)

    return LINK.sub(replaced, text)


def _programs(root: Path) -> str:
    """The sections of the page of example programs."""
    sections = []
    for path in sorted((root / "examples").glob("[0-9][0-9]_*")):
        language = "python" if path.suffix == ".py" else "cpp"
        sections.append(f"## {path.name}\n\n```{{literalinclude}} ../examples/{path.name}\n"
                        f":language: {language}\n:lines: 2-\n```\n")
    return "\n".join(sections)


def read_source(app: Sphinx, name: str, content: list[str]) -> None:
    """Rewrites a page of Markdown or a notebook before it is parsed."""
    root = Path(app.srcdir)
    page = Path(app.env.doc2path(name))
    if page.suffix in (".md", ".ipynb"):
        content[0] = _rewrite(root, page, content[0])
    if name == PROGRAMS:
        content[0] += "\n" + _programs(root)


def write_redirect(app: Sphinx, exception: Exception | None) -> None:
    """The folder's index leads to the first page."""
    if exception is None and app.builder.format == "html":
        page = REDIRECT.format(title=app.config.html_title)
        (Path(app.outdir) / "index.html").write_text(page, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Registers the hooks, and diagrams that are shown as their source."""
    app.connect("source-read", read_source)
    app.connect("build-finished", write_redirect)
    app.add_lexer("mermaid", TextLexer)
    return {"parallel_read_safe": True}
