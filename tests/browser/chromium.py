# SPDX-License-Identifier: Apache-2.0
"""Headless Chromium, driven by Selenium, for tests of pages."""

from __future__ import annotations

import json
import pathlib
import shutil
from typing import Any

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SKIPPED = 77  # exit code by which ctest knows a test that was skipped


def missing() -> str:
    """What is not there to drive a browser with; empty if all is."""
    try:
        import selenium.webdriver  # noqa: F401
    except ImportError:
        return "the Python package selenium is not installed (SNN_TEST_PYTHON names another Python)"
    if not any(shutil.which(name) for name in BROWSERS):
        return "no Chromium is installed (Debian's package: chromium)"
    if not shutil.which("chromedriver"):
        return "chromedriver is not installed (Debian's package: chromium-driver)"
    return ""


# Every text that a reader sees, with its contrast by WCAG 2.2 and what it needs: 3 from 24 px, or
# 18.66 px in bold, else 4.5. Grounds that let others through are laid over them.
CONTRAST = r"""
const channels = (colour) => {
  const parts = colour.match(/[\d.]+/g).map(Number);
  return parts.length > 3 ? parts : [...parts.slice(0, 3), 1];
};
const over = (top, below) => top.slice(0, 3).map((c, i) => c * top[3] + below[i] * (1 - top[3]));
const ground = (element) => {
  const chain = [];
  for (let e = element; e; e = e.parentElement)
    chain.push(channels(getComputedStyle(e).backgroundColor));
  return chain.reverse().reduce((below, top) => over(top, below), [255, 255, 255]);
};
const luminance = (rgb) => {
  const [r, g, b] = rgb.map((c) => c / 255)
    .map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (a, b) => {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
};
const texts = [];
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const element = walker.currentNode.parentElement;
  const words = walker.currentNode.data.trim();
  if (!words || !element.getClientRects().length) continue;
  if (element.closest("script, style, svg title")) continue;
  const style = getComputedStyle(element);
  const behind = ground(element);
  const colour = channels(element.closest("svg") ? style.fill : style.color);
  const size = parseFloat(style.fontSize);
  const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
  texts.push([words.slice(0, 40), contrast(over(colour, behind), behind), large ? 3 : 4.5]);
}
const drawn = "svg .mark, svg .bar, svg .interval, svg .spikes";
const marks = [...document.querySelectorAll(drawn)].map((e) => {
  const style = getComputedStyle(e);
  const stroke = style.stroke === "none" ? style.fill : style.stroke;
  const behind = ground(e);
  return [e.getAttribute("class"), contrast(over(channels(stroke), behind), behind), 3];
});
return [texts, marks, luminance(ground(document.body))];
"""


class Browser:
    """One Chromium window, with what it fetched and complained of since the last look."""

    def __init__(self) -> None:
        from selenium import webdriver
        from selenium.webdriver.chrome.service import Service

        options = webdriver.ChromeOptions()
        options.binary_location = next(filter(None, map(shutil.which, BROWSERS)))
        for argument in (
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            "--disable-dev-shm-usage",
        ):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
        self.driver: Any = webdriver.Chrome(
            options=options, service=Service(shutil.which("chromedriver"))
        )

    def close(self) -> None:
        self.driver.quit()

    def run(self, script: str, *arguments: Any) -> Any:
        return self.driver.execute_script(script, *arguments)

    def size(self, width: int, height: int = 800) -> None:
        """Width and height of the window, px; below 500 it is a phone."""
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500},
        )

    def media(self, scheme: str = "light", media: str = "") -> None:
        """`scheme` light or dark; `media` print, or empty for a screen."""
        self.driver.execute_cdp_cmd(
            "Emulation.setEmulatedMedia",
            {"media": media, "features": [{"name": "prefers-color-scheme", "value": scheme}]},
        )

    def load(self, page: pathlib.Path) -> None:
        self.requests()
        self.complaints()
        self.driver.get(page.as_uri())

    def requests(self) -> list[str]:
        """Addresses that were asked for since the last look."""
        found = []
        for entry in self.driver.get_log("performance"):
            event = json.loads(entry["message"])["message"]
            if event["method"] == "Network.requestWillBeSent":
                found.append(event["params"]["request"]["url"])
        return found

    def complaints(self) -> list[str]:
        """What the console says since the last look."""
        return [entry["message"] for entry in self.driver.get_log("browser")]
