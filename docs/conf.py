# SPDX-License-Identifier: Apache-2.0
"""Configuration of the documentation site; docs/build.sh builds it.

The source folder is the root of the repository, so that links between pages are the same on the
site as in the repository.
"""

import os
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "docs" / "site"))

project = "snn"
author = "the authors of snn"
project_copyright = "the authors of snn, Apache-2.0"
release = re.search(
    r"project\(snn VERSION ([0-9.]+)", (ROOT / "CMakeLists.txt").read_text()
).group(1)
version = release

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.napoleon",
    "breathe",
    "repository_links",
    "python_api",
    "cpp_api",
    "mathml",
    "graphs",
]
root_doc = "docs/index"
include_patterns = [
    "README.md",
    "docs/*.md",
    "docs/api/**.rst",
    "benchmarks/README.md",
    "examples/README.md",
    "examples/notebooks/*.ipynb",
]
exclude_patterns = ["build", "**/.ipynb_checkpoints"]
default_role = "literal"
highlight_language = "none"

myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 5
nb_execution_mode = "force" if os.environ.get("SNN_DOCS_EXECUTE") == "1" else "off"
nb_execution_timeout = 600
nb_execution_raise_on_error = True
nb_output_stderr = "remove"

autodoc_docstring_signature = True
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
autosummary_generate = False
napoleon_google_docstring = False
napoleon_use_rtype = False
maximum_signature_line_length = 88

breathe_projects = {"snn": str(ROOT / "build" / "docs" / "doxygen" / "xml")}
breathe_default_project = "snn"
breathe_show_include = False
breathe_default_members = ("members", "undoc-members")

# Every header declares in the namespace snn, and overloads that differ in their constraints look
# alike to Sphinx.
suppress_warnings = ["duplicate_declaration.cpp"]

html_math_renderer = "mathml"
html_theme = "furo"
html_static_path = ["site/static"]
html_css_files = ["site.css"]
html_title = f"snn {release}"
html_copy_source = False
html_show_sphinx = False
