"""A printed row gives out single attributes as if it had been read back whole."""

from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from attio_emulator.contract.wire import dumps
from attio_emulator.model.tables import Row

NAMES = st.text(st.sampled_from('ab"\\,:[]{}'), min_size=1, max_size=6)
TEXTS = st.text(st.sampled_from('ab"\\,:[]{} é'), max_size=12)
ROWS = st.dictionaries(NAMES, st.lists(st.fixed_dictionaries({"value": TEXTS}), max_size=2), max_size=5)


@given(values=ROWS, slug=NAMES)
@example(values={'a"b': [{"value": "x"}], "b": []}, slug="b")
@example(values={"a": [{"value": '}],"b":[{'}], "b": [{"value": "}]"}]}, slug="b")
def test_the_values_of_one_attribute_are_those_of_the_whole_row(
    values: dict[str, list[Any]], slug: str
) -> None:
    """Whatever stands in texts and slugs, and whether the attribute has values or not."""
    row = Row("id", "2026-01-01", None, raw=dumps({"id": {"record_id": "id"}, "values": values}))

    assert {each: values.get(each, []) for each in [*values, slug]} == {
        each: row.values_of(each) for each in [*values, slug]
    }
