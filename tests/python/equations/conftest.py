# SPDX-License-Identifier: Apache-2.0
import pytest


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory):
    """Models are compiled once per test session, into a folder of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SNN_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        yield
