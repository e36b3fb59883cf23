# SPDX-License-Identifier: Apache-2.0
"""The page of `snn report` in a browser: it fetches nothing, sorts, fits a phone, can be read."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
from typing import Any

from chromium import CONTRAST, SKIPPED, Browser, missing

MEASURED = pathlib.Path(__file__).parents[1] / "cli" / "measured_report.json"
# The cells of a column as they stand: [text, number or null].
COLUMN = """
const [table, column] = arguments;
return [...document.querySelectorAll("table.sortable")[table].tBodies[0].rows].map((row) => {
  const cell = row.cells[column];
  return [cell.textContent.trim(), "value" in cell.dataset ? Number(cell.dataset.value) : null];
});
"""
HEADERS = """
return [...document.querySelectorAll("table.sortable")].map((table) =>
  [...table.tHead.rows[0].cells].map((th) =>
    [th.dataset.sort, th.getAttribute("aria-sort"), th.querySelector("button") !== null]));
"""
BUTTON = """
const [table, column] = arguments;
const header = document.querySelectorAll("table.sortable")[table].tHead.rows[0].cells[column];
return header.querySelector("button");
"""
# Elements that stick out of the page to the right, but for what is in a box that scrolls.
STICKING_OUT = """
const width = document.documentElement.clientWidth;
return [...document.body.querySelectorAll("*")]
  .filter((e) => !e.closest(".scroll table") && !e.closest("svg *") && e.getClientRects().length)
  .filter((e) => e.getBoundingClientRect().right > width + 0.5)
  .map((e) => `${e.tagName}.${e.className}: ${e.textContent.slice(0, 40)}`);
"""
# Texts that are not drawn, but for the links to the parts of the page.
HIDDEN = """
const hidden = [];
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const element = walker.currentNode.parentElement;
  const style = getComputedStyle(element);
  const drawn = element.getClientRects().length && style.visibility === "visible"
    && style.opacity > 0;
  if (walker.currentNode.data.trim() && !drawn && !element.closest("nav, script, svg title"))
    hidden.push(walker.currentNode.data.trim().slice(0, 60));
}
return hidden;
"""

folder: tempfile.TemporaryDirectory[str]
browser: Browser
pages: list[pathlib.Path] = []


def setUpModule() -> None:
    """Pages of runs without and with measured energy, and of endless names; one browser."""
    global folder, browser
    if missing():
        raise unittest.SkipTest(missing())
    folder = tempfile.TemporaryDirectory(prefix="snn_test_")
    here = pathlib.Path(folder.name)
    snn = os.environ["SNN"]

    def run(*arguments: object) -> None:
        subprocess.run([snn, *map(str, arguments)], check=True, stdout=subprocess.DEVNULL)

    run(
        "bench",
        "--meter",
        "none",
        "--epochs",
        2,
        "--train-limit",
        200,
        "--steps",
        5,
        "--threads",
        1,
        "--quiet",
        "--out",
        here / "results.json",
        "--report",
        here / "unmeasured.html",
    )
    run("report", MEASURED, "-o", here / "measured.html")
    long = stretched(json.loads((here / "results.json").read_text(encoding="utf-8")))
    (here / "long.json").write_text(json.dumps(long), encoding="utf-8")
    run("report", here / "long.json", "-o", here / "long.html")
    pages.extend([here / "unmeasured.html", here / "measured.html", here / "long.html"])
    browser = Browser()


def stretched(value: Any, key: str = "") -> Any:
    """A report whose names are words that never end."""
    if isinstance(value, dict):
        return {k: stretched(v, k) for k, v in value.items()}
    if isinstance(value, list):
        return [stretched(v, key) for v in value]
    return value + 150 * "x" if isinstance(value, str) and key not in ("model", "unit") else value


def tearDownModule() -> None:
    browser.close()
    folder.cleanup()


def in_order(values: list[Any], down: bool) -> list[Any]:
    """Sorted, with those that are None last."""
    there = sorted((v for v in values if v is not None), reverse=down)
    return there + [None] * (len(values) - len(there))


class ReportPage(unittest.TestCase):
    def setUp(self) -> None:
        browser.size(1280)
        browser.media()

    def test_nothing_is_fetched_and_nothing_complained_of(self) -> None:
        for page in pages:
            browser.load(page)
            self.assertEqual([u for u in browser.requests() if u != "data:,"], [page.as_uri()])
            self.assertEqual(browser.complaints(), [])

    def test_a_request_and_a_complaint_would_be_seen(self) -> None:
        text = pages[0].read_text(encoding="utf-8")
        page = pages[0].with_name("other.html")
        page.write_text(
            text.replace("<main>", '<main><img src="other.png" alt="">'), encoding="utf-8"
        )
        browser.load(page)
        self.assertTrue(browser.complaints())  # the page's own policy forbids it
        policy = text[text.index('<meta http-equiv="Content-Security') :]
        policy = policy[: policy.index(">") + 1]
        page.write_text(
            text.replace(policy, "").replace("<main>", '<main><img src="other.png" alt="">'),
            encoding="utf-8",
        )
        browser.load(page)
        self.assertIn(page.with_name("other.png").as_uri(), browser.requests())

    def test_headers_sort_by_value_and_back(self) -> None:
        by_value_not_text = 0
        for page in pages:
            browser.load(page)
            for t, headers in enumerate(browser.run(HEADERS)):
                for c, (kind, before, button) in enumerate(headers):
                    rows = browser.run(COLUMN, t, c)
                    self.assertEqual(button, len(rows) > 1)
                    self.assertIsNone(before)
                    if not button:
                        continue
                    part = 1 if kind == "number" else 0
                    fold = (lambda v: v) if part else str.lower
                    for down in (False, True, False):
                        browser.run("arguments[0].click()", browser.run(BUTTON, t, c))
                        values = [fold(row[part]) for row in browser.run(COLUMN, t, c)]
                        self.assertEqual(values, in_order(values, down))
                        self.assertEqual(
                            sorted(map(str, rows)), sorted(map(str, browser.run(COLUMN, t, c)))
                        )
                        marked = [aria for _, aria, _ in browser.run(HEADERS)[t]]
                        self.assertEqual(marked[c], "descending" if down else "ascending")
                        self.assertEqual(len([m for m in marked if m]), 1)
                    shown = [row[0] for row in browser.run(COLUMN, t, c)]
                    by_value_not_text += kind == "number" and shown != sorted(shown)
                browser.driver.refresh()
        self.assertGreater(by_value_not_text, 5)

    def test_tables_sort_by_keyboard(self) -> None:
        from selenium.webdriver.common.keys import Keys

        browser.load(pages[0])
        for key, told in ((Keys.ENTER, "ascending"), (Keys.SPACE, "descending")):
            browser.run(BUTTON, 0, 1).send_keys(key)
            self.assertEqual(browser.run(HEADERS)[0][1][1], told)

    def test_a_phone_needs_no_scrolling_to_the_side(self) -> None:
        for page in pages:
            for width in (375, 320):
                browser.size(width)
                browser.load(page)
                self.assertEqual(browser.run("return innerWidth"), width)
                self.assertLessEqual(
                    browser.run("return document.documentElement.scrollWidth"), width
                )
                self.assertEqual(browser.run(STICKING_OUT), [])
                boxes = browser.run(
                    "return [...document.querySelectorAll('.scroll')]"
                    ".map((b) => [b.scrollWidth, b.clientWidth])"
                )
                self.assertTrue(any(inside > box for inside, box in boxes))
                self.assertTrue(all(box <= width for _, box in boxes))

    def check_contrast(self, scheme: str, media: str = "") -> float:
        browser.media(scheme, media)
        texts, marks, ground = browser.run(CONTRAST)
        self.assertGreater(len(texts), 300)
        self.assertGreater(len(marks), 10)
        self.assertEqual([t for t in texts + marks if t[1] < t[2]], [], f"{scheme} {media}")
        return float(ground)

    def test_every_text_can_be_read_in_light_and_dark(self) -> None:
        for page in pages:
            browser.load(page)
            self.assertGreater(self.check_contrast("light"), 0.9)
            self.assertLess(self.check_contrast("dark"), 0.1)
            self.assertGreater(self.check_contrast("dark", "print"), 0.9)  # ink on paper

    def test_too_little_contrast_would_be_seen(self) -> None:
        browser.load(pages[0])
        browser.run("document.querySelector('.lead').style.color = '#767676'")  # 4.54 on white
        self.assertEqual([t for t in browser.run(CONTRAST)[0] if t[1] < t[2]], [])
        browser.run("document.querySelector('.lead').style.color = '#787878'")  # 4.42
        self.assertEqual(len([t for t in browser.run(CONTRAST)[0] if t[1] < t[2]]), 1)

    def test_print_shows_everything(self) -> None:
        for page in pages:
            browser.load(page)
            self.assertEqual(browser.run(HIDDEN), [])
            browser.size(688, 1000)  # A4 less its margins
            browser.media(media="print")
            self.assertEqual(browser.run(HIDDEN), [])
            self.assertEqual(browser.run(STICKING_OUT.replace(".scroll table", "none")), [])
            self.assertFalse(
                browser.run("return document.querySelector('nav').getClientRects().length")
            )
            empty = browser.run(
                "return [...document.querySelectorAll('section, table, figure, svg')]"
                ".filter((e) => !(e.getBoundingClientRect().height > 0)).length"
            )
            self.assertEqual(empty, 0)
            pdf = browser.driver.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
            self.assertGreater(len(pdf["data"]), 10000)

    def test_without_scripts_all_of_it_is_there(self) -> None:
        from selenium.webdriver.common.by import By

        for page in pages:
            browser.load(page)
            whole = browser.driver.find_element(By.TAG_NAME, "main").text
            try:
                browser.driver.execute_cdp_cmd(
                    "Emulation.setScriptExecutionDisabled", {"value": True}
                )
                browser.load(page)
                self.assertEqual(browser.driver.find_elements(By.CSS_SELECTOR, "button"), [])
                self.assertEqual(browser.driver.find_element(By.TAG_NAME, "main").text, whole)
            finally:
                browser.driver.execute_cdp_cmd(
                    "Emulation.setScriptExecutionDisabled", {"value": False}
                )

    def test_marks_lie_where_their_figures_are(self) -> None:
        """Distances on the logarithmic axis, in the browser's own pixels, are ratios of joules."""
        browser.load(pages[1])
        report = json.loads(MEASURED.read_text(encoding="utf-8"))
        plots = browser.run("""
return [...document.querySelectorAll("#picture figure")].map((figure) =>
  Object.fromEntries([...figure.querySelectorAll("svg.plot .mark")].map((mark) => {
    const box = mark.getBoundingClientRect();
    return [mark.classList[1], [box.left + box.width / 2, box.top + box.height / 2]];
  })));
""")
        self.assertEqual(list(plots[0]), ["dense"])
        steps = set()
        for plot, model in zip(
            plots[1:],
            ("45nm-compute-fp32", "45nm-compute-int8", "lemaire-2022-memory-int32"),
            strict=True,
        ):
            joules = {
                name: next(
                    m["joules_per_inference"]
                    for m in report[name]["energy"]["modelled"]
                    if m["model"] == model
                )
                for name in plot
            }
            from math import log10

            decades = log10(joules["spiking"] / joules["dense"])
            steps.add(round((plot["spiking"][0] - plot["dense"][0]) / decades))
            # Less accurate is lower.
            self.assertGreater(plot["spiking"][1], plot["dense"][1])
            self.assertAlmostEqual(plot["quantised"][1], plot["dense"][1], delta=0.6)
        self.assertLessEqual(max(steps) - min(steps), 1, "a decade is equally long everywhere")


if __name__ == "__main__":
    if missing():
        print(f"skipped: {missing()}")
        sys.exit(SKIPPED)
    unittest.main()
