# SPDX-License-Identifier: Apache-2.0
"""Takes the documentation of structs, fields, functions and enumerations out of the C++ headers.

Usage: header_docs.py OUTPUT HEADER...

Writes a C++ header with a sorted table of (name, text), e.g. ("Lif::tau_m_ms", "membrane time
constant, > 0"). A field without words of its own says what its type says (an enumeration's).
"""

from __future__ import annotations

import functools
import pathlib
import re
import sys

TYPE = re.compile(r"^\s*(?:requires\(.*\)\s*)?(?:struct|class|enum class)\s+"
                  r"(?:\[\[\w+\]\]\s*)?(\w+)[^;{]*(?:$|\{)")
ALIAS = re.compile(r"^\s*using\s+(\w+)\s*=")
FIELD = re.compile(r"^\s*(?:static\s+|const\s+)*([\w:<>,\s*&]+?)\s+(\w+)\s*(?:=|\{|;|$)")
MORE = re.compile(r"^\s*(\w+)\s*(?:=|\{)")
CALL = re.compile(r"(\w+)\s*\(")
VALUE = re.compile(r"^\s*(\w+)\s*(?:=\s*[^,]+)?,?\s*(?:///<.*)?$")


def without_comment(line: str) -> str:
    """What of a line the compiler reads."""
    return line.split("//", 1)[0]


def join(lines: list[str]) -> str:
    """Comment lines as text; indented ones and lists keep their lines."""
    text = ""
    for line in lines:
        shown = line.rstrip()
        if not text:
            text = shown
        elif not shown:
            text += "\n\n"
        elif shown.startswith((" ", "-")) or text.endswith("\n\n"):
            text += ("" if text.endswith("\n") else "\n") + shown
        elif text.splitlines()[-1].startswith((" ", "-")):
            text += "\n" + shown
        else:
            text += " " + shown
    return text


class Scope:
    """A brace that is open: of a type (with a name) or of something else."""

    def __init__(self, name: str | None, enumeration: bool) -> None:
        self.name = name
        self.enumeration = enumeration


def qualified(prefix: str, name: str) -> str:
    """The name with the types it is in."""
    return f"{prefix}::{name}" if prefix else name


def names_in(code: str) -> list[tuple[str, str]]:
    """(type, name) of the fields that a line of a struct declares."""
    found = FIELD.match(code)
    if not found:
        return []
    kind, name = found.groups()
    # `MeasuredJoules total, dynamic;`: commas of the type itself are inside <>.
    kind, *more = re.split(r",(?![^<]*>)", kind)
    names = [name]
    if more:
        kind, first = kind.rsplit(None, 1)
        names = [first, *(n.strip() for n in more if n.strip()), name]
    # `double train_loss = 0, train_accuracy = 0;`
    for part in code[found.end(2):].split(",")[1:]:
        more = re.match(r"\s*(\w+)\s*(?:=|\{|;|$)", part)
        if more and not more[1].isdigit():
            names.append(more[1])
    return [(kind.split("::")[-1].strip(), n) for n in names]


def joined(text: str) -> list[str]:
    """Lines of code; one that goes on after `=` is one with the next."""
    lines: list[str] = []
    for line in text.splitlines():
        if lines and lines[-1].rstrip().endswith(" =") and not lines[-1].lstrip().startswith("//"):
            lines[-1] += " " + line.strip()
        else:
            lines.append(line)
    return lines


def documented(text: str) -> tuple[dict[str, str], dict[str, str]]:
    """Texts by qualified name, and of fields without a text the type's name."""
    texts: dict[str, str] = {}
    types: dict[str, str] = {}
    scopes: list[Scope] = []
    above: list[str] = []
    trailing: list[str] | None = None  # names that `///<` lines to come belong to
    pending: Scope | None = None
    depth_of_call = 0
    continued: list[tuple[str, str]] = []
    for line in joined(text):
        stripped = line.strip()
        if stripped.startswith("///<"):
            for name in trailing or []:
                texts[name] = (texts.get(name, "") + " " + stripped[4:].strip()).strip()
            continue
        if stripped.startswith("///"):
            above.append(stripped[3:].removeprefix(" "))
            trailing = None
            continue
        if not stripped or stripped.startswith("#"):
            if not stripped:
                above = []
            continue
        if stripped.startswith("template <") and stripped.endswith(">"):
            continue  # the text above is of what comes next
        code = without_comment(line)
        comment = line.split("///<", 1)[1].strip() if "///<" in line else ""
        if not code.strip():
            continue
        prefix = "::".join(s.name for s in scopes if s.name)
        inside_type = bool(scopes) and scopes[-1].name is not None
        kind = TYPE.match(code) if depth_of_call == 0 else None
        alias = ALIAS.match(code)
        trailing = None
        full = functools.partial(qualified, prefix)
        if kind and (inside_type or all(s.name is None for s in scopes)):
            pending = Scope(kind[1], "enum" in code)
            if above:
                texts.setdefault(full(kind[1]), join(above))
            if "{" in code and pending.enumeration and "}" in code:
                for part in code[code.index("{") + 1:code.index("}")].split(","):
                    texts.setdefault(full(kind[1]) + "::" + part.split("=")[0].strip(), "")
        elif alias and above:
            texts.setdefault(full(alias[1]), join(above))
        elif scopes and scopes[-1].enumeration:
            value = VALUE.match(line.split("///<")[0])
            if value:
                trailing = [full(value[1])]
                texts[full(value[1])] = comment or join(above)
        elif depth_of_call == 0 and (inside_type or above):
            call = CALL.search(code.split("=")[0])
            if call and above and not code.strip().startswith(("return", "}")):
                texts.setdefault(full(call[1]), join(above))
            elif inside_type and not call:
                fields = names_in(code)
                if [name for _, name in fields] == ["0"] and continued:
                    fields = continued  # `membrane_updates =` and its value on the next line
                continued = fields if code.rstrip().endswith("=") else []
                trailing = [full(name) for _, name in fields]
                for of, name in fields:
                    said = comment or join(above)
                    if said:
                        texts[full(name)] = said
                    else:
                        types[full(name)] = of
        above = []
        for character in code:
            if character == "{":
                scopes.append(pending or Scope(None, False))
                pending = None
            elif character == "}" and scopes:
                scopes.pop()
            elif character == ";":
                pending = None
        depth_of_call = max(0, depth_of_call + code.count("(") - code.count(")"))
    return texts, types


def table(headers: list[pathlib.Path]) -> dict[str, str]:
    """Texts by name, sorted, of all headers."""
    texts: dict[str, str] = {}
    types: dict[str, str] = {}
    for header in headers:
        more_texts, more_types = documented(header.read_text())
        for name, said in more_texts.items():
            texts.setdefault(name, said)
        types.update(more_types)
    for name, of in types.items():
        if of in texts:
            texts.setdefault(name, texts[of])
    return {name: said for name, said in sorted(texts.items()) if said}


def main() -> None:
    """Write the table that the arguments ask for."""
    output, *headers = map(pathlib.Path, sys.argv[1:])
    rows = []
    for name, said in table(headers).items():
        # C++ bounds the length of a literal: one line each.
        lines = said.replace("\\", "\\\\").replace('"', '\\"').split("\n")
        literal = "\n     ".join(
            f'"{line}\\n"' if i + 1 < len(lines) else f'"{line}"' for i, line in enumerate(lines))
        rows.append(f'    {{"{name}",\n     {literal}}},\n')
    output.write_text(
        "// Made by header_docs.py from the headers of the library.\n#pragma once\n\n"
        "#include <string_view>\n\nnamespace snn::python {\n\n"
        "struct HeaderDoc {\n  std::string_view name, text;\n};\n\n"
        "inline constexpr HeaderDoc header_docs[] = {\n" + "".join(rows) + "};\n\n"
        "}  // namespace snn::python\n")


if __name__ == "__main__":
    main()
