#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs snn/model/commit.cmake on small git repositories. Arguments: cmake, folder of the script."""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

CMAKE, FOLDER = sys.argv[1], pathlib.Path(sys.argv[2])


def git(folder, *arguments):
    return subprocess.run(
        ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", *arguments],
        cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


class Commit(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.source = pathlib.Path(temporary.name) / "source"
        self.header = pathlib.Path(temporary.name) / "commit.hpp"
        self.source.mkdir()
        (self.source / "file").write_text("1\n", encoding="utf-8")

    def written(self):
        subprocess.run(
            [CMAKE, "-D", f"SOURCE_DIR={self.source}", "-D", f"TEMPLATE={FOLDER}/commit.hpp.in",
             "-D", f"OUTPUT={self.header}", "-D", "SNN_VERSION=1.2.3",
             "-P", FOLDER / "commit.cmake"], check=True)
        text = self.header.read_text(encoding="utf-8")
        self.assertIn('version = "1.2.3"', text)
        return text.split('commit = "')[1].split('"')[0]

    def committed(self):
        git(self.source, "init", "-q")
        git(self.source, "add", ".")
        git(self.source, "commit", "-q", "-m", "first")
        return git(self.source, "rev-parse", "HEAD")

    def test_no_repository(self):
        self.assertEqual(self.written(), "unknown")

    def test_a_repository_around_the_source_is_not_ours(self):
        git(self.source.parent, "init", "-q")
        self.assertEqual(self.written(), "unknown")

    def test_clean(self):
        self.assertEqual(self.written(), "unknown")
        head = self.committed()
        self.assertEqual(self.written(), head)

    def test_new_files_are_no_changes(self):
        head = self.committed()
        (self.source / "results").write_text("x", encoding="utf-8")
        self.assertEqual(self.written(), head)

    def test_changed(self):
        head = self.committed()
        (self.source / "file").write_text("2\n", encoding="utf-8")
        self.assertEqual(self.written(), head + "+changes")

    def test_the_header_is_left_alone_if_nothing_changed(self):
        self.committed()
        self.written()
        os.utime(self.header, (1, 1))
        self.written()
        self.assertEqual(self.header.stat().st_mtime, 1)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
