"""Has pytest explain what fails in the machines of the promise, as it does in a module of tests."""

import pytest

pytest.register_assert_rewrite(
    "unit_tests.source_attio.histories",
    "unit_tests.source_attio.per_row_promise",
    "unit_tests.source_attio.scanning_promise",
)
