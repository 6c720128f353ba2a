"""Lists that lie on disk: what a file is made of is gathered from one directive after another, and memory does not grow with it."""

import pickle
import tempfile
from array import array
from collections.abc import Iterator, Sequence
from typing import IO, Final, Generic, TypeVar, overload

T = TypeVar("T")

_HELD: Final = 200  # members: lines of a table


class Spool(Sequence[T], Generic[T]):
    """A list that one adds to and reads; its members, but for the first ones (``held``), lie in a temporary file of this process.

    Members are values that nobody changes. The file is gone with the list.
    """

    def __init__(self, held: int = _HELD) -> None:
        self._held = held
        self._first: list[T] = []
        self._file: IO[bytes] | None = None
        self._ends = array("q", (0,))
        self._is_at_end = True

    def append(self, member: T) -> None:
        """Add ``member`` at the end. Raises OSError where the disk is full."""
        if len(self._first) < self._held:
            self._first.append(member)
            return
        if self._file is None:
            self._file = tempfile.TemporaryFile(prefix="giaoviec-")  # noqa: SIM115
        if not self._is_at_end:
            self._file.seek(self._ends[-1])
            self._is_at_end = True
        self._ends.append(self._ends[-1] + self._file.write(pickle.dumps(member, pickle.HIGHEST_PROTOCOL)))

    def __len__(self) -> int:
        return len(self._first) + len(self._ends) - 1

    def __iter__(self) -> Iterator[T]:
        return map(self._read, range(len(self)))

    @overload
    def __getitem__(self, place: int) -> T: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[T]: ...

    def __getitem__(self, place: int | slice) -> T | Sequence[T]:
        if isinstance(place, slice):
            return [self._read(n) for n in range(*place.indices(len(self)))]
        return self._read(range(len(self))[place])

    def _read(self, place: int) -> T:
        if place < len(self._first):
            return self._first[place]
        assert self._file is not None
        place -= len(self._first)
        self._is_at_end = False
        self._file.seek(self._ends[place])
        member: T = pickle.loads(self._file.read(self._ends[place + 1] - self._ends[place]))
        return member
