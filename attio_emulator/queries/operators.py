"""What the operators of a filter compare.

Comparisons with `$contains`, `$starts_with` and `$ends_with` ignore case; equality does if it is asked to.
"""

from collections.abc import Callable, Hashable, Mapping
from typing import TypeAlias

from attio_emulator.contract.wire import Json

Test: TypeAlias = Callable[[Json], bool]


def fold(value: Json) -> str:
    """A text for comparisons that ignore case."""
    return str(value).casefold()


COMPARE: Mapping[str, Callable[[Json], Test]] = {
    "$eq": lambda wanted: lambda held: held == wanted,
    "$in": lambda wanted: frozenset(wanted if isinstance(wanted, list) else ()).__contains__,
    "$not_empty": lambda _wanted: lambda held: held not in (None, ""),
    "$contains": lambda wanted: lambda held: held is not None and fold(wanted) in fold(held),
    "$starts_with": lambda wanted: lambda held: held is not None and fold(held).startswith(fold(wanted)),
    "$ends_with": lambda wanted: lambda held: held is not None and fold(held).endswith(fold(wanted)),
    "$gt": lambda wanted: lambda held: held is not None and held > wanted,  # type: ignore[operator]  # both read alike
    "$gte": lambda wanted: lambda held: held is not None and held >= wanted,  # type: ignore[operator]  # both read alike
    "$lt": lambda wanted: lambda held: held is not None and held < wanted,  # type: ignore[operator]  # both read alike
    "$lte": lambda wanted: lambda held: held is not None and held <= wanted,  # type: ignore[operator]  # both read alike
}


def comparison(operator: str, wanted: Json, *, ignores_case: bool) -> Test:
    """The test of an operator with its operand; with `ignores_case` texts are equal in any case."""
    if not ignores_case or operator not in {"$eq", "$in"}:
        return COMPARE[operator](wanted)
    folded = frozenset(map(fold, wanted if isinstance(wanted, list) else [wanted]))
    return lambda held: held is not None and fold(held) in folded


def scalar(operand: Json) -> Hashable:
    """An operand as a hashable key; None for a list or an object."""
    return None if isinstance(operand, list | dict) else operand
