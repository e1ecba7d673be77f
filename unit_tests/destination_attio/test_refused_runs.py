"""The errors that stop a whole run."""

from string import Formatter

import pytest

from attio_api.errors import Rejected
from attio_api.refusals import Refusal
from destination_attio.rows import refused_runs

ALL = {name: one for name, one in vars(refused_runs).items() if isinstance(one, Refusal)}


@pytest.mark.parametrize("name", ALL)
def test_what_stops_a_run_is_no_rejection_of_a_row(name: str) -> None:
    """A row that is rejected leaves the others alone, so its error is of another kind."""
    assert not issubclass(ALL[name].kind, Rejected)


@pytest.mark.parametrize("name", ALL)
def test_a_sentence_and_a_remedy_hold_their_facts(name: str) -> None:
    """Each says what is wrong and what to do, with nothing left to fill in."""
    one = ALL[name]
    texts = one.sentence, one.remedy or ""
    facts = {field for text in texts for _, field, _, _ in Formatter().parse(text) if field}
    given = {
        each: 7 if each in {"rejected", "rows", "most", "count", "absent", "total"} else "X" for each in facts
    }
    error = one(**given)

    assert error.message
    assert error.remedy
    assert "{" not in error.message + error.remedy
    assert all(str(each) in error.message + error.remedy for each in given.values())


def test_a_sentence_names_every_number_that_it_was_given() -> None:
    """A share is written without a fraction that it does not have."""
    error = refused_runs.TOO_MANY_REJECTED(rejected=3, rows=40, most=5.0)

    assert "3 of 40 rows were rejected, more than the 5 % allowed." == error.message
