import pickle

import pytest

from attio_api import errors
from attio_api.errors import AttioError, Malformed, Misconfigured, Rejected, Transient

FAMILIES = (Transient, Misconfigured, Rejected, Malformed)
CLASSES = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, AttioError)]


@pytest.mark.parametrize("kind", [kind for kind in CLASSES if kind not in {AttioError, *FAMILIES}])
def test_an_error_belongs_to_one_family(kind: type[AttioError]) -> None:
    """One family decides what happens next: try again, ask a person, go on without the row, or give up."""
    assert 1 == sum(issubclass(kind, family) for family in FAMILIES)


@pytest.mark.parametrize("kind", CLASSES)
def test_an_error_is_a_sentence(kind: type[AttioError]) -> None:
    """Without a message of its own an error says its class's sentence."""
    assert str(kind()).endswith(".")
    assert str(kind())[0].isupper()


@pytest.mark.parametrize("kind", [kind for kind in CLASSES if issubclass(kind, FAMILIES[1:])])
def test_a_person_is_told_what_to_do(kind: type[AttioError]) -> None:
    """Everything that a person must mend says how, except the families themselves."""
    assert kind in FAMILIES or kind().remedy


@pytest.mark.parametrize("kind", CLASSES)
def test_an_error_survives_pickling(kind: type[AttioError]) -> None:
    """Errors may cross processes with all they know."""
    error = kind("It broke.", status=400, code="c", remedy="Mend it.", attribute="a", details={"path": [1]})

    again = pickle.loads(pickle.dumps(error))  # noqa: S301 (our own bytes)

    assert vars(error) == vars(again)
    assert str(error) == str(again)
