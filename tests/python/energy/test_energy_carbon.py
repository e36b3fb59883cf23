# SPDX-License-Identifier: Apache-2.0
"""Grams by hand from the table of intensities, and who chooses the country."""

from __future__ import annotations

import json
import pathlib

import pytest

import snn

ROOT = pathlib.Path(__file__).parents[3]
GRID = json.loads((ROOT / "snn/energy/carbon/grid.json").read_text())


def newest(code: str) -> float:
    rows = [r for r in GRID["rows"] if r["code"] == code]
    return float(max(rows, key=lambda r: int(r["year"]))["g_per_kwh"])


def test_grams_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SNN_CARBON_REGION", raising=False)
    made = snn.co2e(snn.MeasuredJoules(7.2e6), "FRA", pue=1.5)  # 2 kWh
    assert isinstance(made.grams, snn.MeasuredGrams)
    assert made.grams.grams == pytest.approx(2 * 1.5 * newest("FRA"))
    assert "measured" in repr(made) and "41.44 g per kWh (FRA, 2025)" in repr(made)
    modelled = snn.co2e(snn.ModelledJoules(3.6e6))
    assert isinstance(modelled.grams, snn.ModelledGrams)
    assert modelled.grams.grams == pytest.approx(newest("WORLD"))
    assert modelled.carbon.chosen_by == "default" and modelled.carbon.grid.code == "WORLD"
    assert snn.co2e(snn.MeasuredJoules(3.6e6), 100).grams.grams == pytest.approx(100)
    with pytest.raises(TypeError, match="keep the kind"):
        snn.co2e(3.6e6)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="not the same quantity"):
        made.grams + modelled.grams


def test_who_chooses_the_country(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SNN_CARBON_REGION", "DEU")
    assert snn.choose_carbon().grid.code == "DEU"
    assert snn.choose_carbon().chosen_by == "SNN_CARBON_REGION"
    assert snn.choose_carbon("FRA").grid.code == "FRA"
    monkeypatch.setenv("SNN_CARBON_REGION", "56.5")
    assert snn.choose_carbon().grid.g_per_kwh == 56.5
    monkeypatch.setenv("SNN_CARBON_REGION", "Atlantis")
    with pytest.raises(snn.ConfigError, match="FRA"):
        snn.choose_carbon()
    for wrong in [-1.0, float("nan"), float("inf"), "", "fra"]:
        with pytest.raises(snn.ConfigError):
            snn.choose_carbon(wrong)
    with pytest.raises(TypeError, match=r"str \| float"):
        snn.choose_carbon([1])  # type: ignore[arg-type]
    for pue in [0.9, float("nan"), float("inf")]:
        with pytest.raises(snn.ConfigError, match="pue"):
            snn.choose_carbon("FRA", pue)


def test_the_table_of_intensities() -> None:
    rows = snn.grid_intensities()
    assert [(r.code, r.year, r.g_per_kwh) for r in rows] == [
        (r["code"], r["year"], r["g_per_kwh"]) for r in GRID["rows"]]
    assert all(GRID["licence"] in r.source and r.retrieved for r in rows)
    assert snn.grid_intensity("FRA").g_per_kwh == newest("FRA")
    assert snn.own_intensity(12).code == "own"


def test_published_trainings() -> None:
    rows = {r.model: r for r in snn.published_trainings()}
    bert = rows["BERT base"]  # Strubell et al. 2019, table 3: 1507 kWh x PUE, 1438 lb
    assert (bert.kwh, bert.co2e_lb, bert.corrected_t) == (1507, 1438, None)
    assert bert.co2e_g == pytest.approx(1438 * 453.59237)
    assert rows["architecture search (Evolved Transformer)"].corrected_t == 3.2
    assert "Strubell" in bert.source
