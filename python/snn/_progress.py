# SPDX-License-Identifier: Apache-2.0
"""Progress of a run: a bar of tqdm, or the user's own function."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = bool | Callable[[float, float], object] | None


@contextmanager
def follower(progress: Progress, unit: str) -> Iterator[Callable[[float, float], object] | None]:
    """The function that a run tells (done, of): None, the user's, or one that moves a bar."""
    if not progress:
        yield None
        return
    if callable(progress):
        yield progress
        return
    from tqdm.auto import tqdm  # in a notebook without ipywidgets the import alone warns
    with tqdm(unit=unit, unit_scale=True) as bar:
        def show(done: float, of: float) -> None:
            bar.total = of
            bar.update(done - bar.n)

        yield show
        if bar.total is not None:
            bar.refresh()
