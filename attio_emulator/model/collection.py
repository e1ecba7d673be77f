"""Keeps things by id, in order of creation, and by what they are attached to.

Knows nothing of Attio; `attachments` defines what is kept.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator
from typing import Generic, Protocol, TypeVar


class Item(Protocol):
    """A thing with an id and a time of creation."""

    @property
    def key(self) -> str:
        """Its id."""

    @property
    def created_at(self) -> str:
        """The time of creation, in a form that sorts by time."""


T = TypeVar("T", bound=Item)


class Collection(Generic[T]):
    """Things by id, oldest first (the id settles ties), and by the ids they are attached to."""

    def __init__(self, hooks: Callable[[T], Iterable[str]] = lambda _thing: ()) -> None:
        self._hooks = hooks
        self._by_id: dict[str, T] = {}
        self._order: list[tuple[str, str]] = []
        self._hanging: dict[str, dict[str, None]] = {}

    def __len__(self) -> int:
        return len(self._by_id)

    def __iter__(self) -> Iterator[T]:
        return (self._by_id[key] for _, key in self._order)

    def get(self, key: str) -> T | None:
        """A thing by its id, or None."""
        return self._by_id.get(key)

    def on(self, hook: str) -> list[T]:
        """The things that are attached to an id, oldest first."""
        found = [self._by_id[key] for key in self._hanging.get(hook, ())]
        return sorted(found, key=lambda thing: (thing.created_at, thing.key))

    def put(self, thing: T) -> T:
        """Store a new thing, or a new state of one; returns it."""
        self.drop(thing.key)
        self._by_id[thing.key] = thing
        insort(self._order, (thing.created_at, thing.key))
        for hook in self._hooks(thing):
            self._hanging.setdefault(hook, {})[thing.key] = None
        return thing

    def drop(self, key: str) -> None:
        """Remove a thing, if there is one of this id."""
        thing = self._by_id.pop(key, None)
        if thing is None:
            return
        del self._order[bisect_left(self._order, (thing.created_at, key))]
        for hook in self._hooks(thing):
            self._hanging[hook].pop(key, None)
            if not self._hanging[hook]:
                del self._hanging[hook]
