"""When a file has settled: nothing of it changed for a while. Files that were refused (not whole, open elsewhere) are tried again later."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipeline.intake.listing import Seen

_FIRST_PAUSE: Final = 1.0
_LONGEST_PAUSE: Final = 30.0


@dataclass
class _State:
    seen: Seen
    since: float
    """when this signature was seen first"""
    due: float
    refused: float | None = None
    """when the file was refused first, in wall-clock seconds: it outlives this process"""
    pause: float = _FIRST_PAUSE
    tries: int = 0


class Settling:
    """The files of an inbox that are not taken yet. ``clock`` measures pauses, ``wall`` says how long ago a file was first refused."""

    def __init__(self, seconds: float, clock: Callable[[], float], wall: Callable[[], float]) -> None:
        self._seconds, self._clock, self._wall = seconds, clock, wall
        self._states: dict[Path, _State] = {}
        self._earlier: dict[Path, tuple[tuple[int, int], float]] = {}

    def see(self, listing: Iterable[Seen]) -> None:
        """Take note of what lies there now; what is no longer there is forgotten."""
        here = {seen.path: seen for seen in listing}
        for path in self._states.keys() - here.keys():
            del self._states[path]
        for seen in here.values():
            self.update(seen)

    def update(self, seen: Seen) -> None:
        """Take note of one file: where it changed, its time begins anew."""
        state, now = self._states.get(seen.path), self._clock()
        if state is None or state.seen.signature != seen.signature:
            earlier = self._earlier.pop(seen.path, None)
            refused = earlier[1] if earlier and earlier[0] == seen.signature else None
            self._states[seen.path] = _State(seen, now, now + self._seconds, refused)
        else:
            state.seen = seen

    def ready(self) -> list[Seen]:
        """Return the files that nothing happened to for long enough, and that are not waiting after a refusal."""
        now = self._clock()
        return [state.seen for state in self._states.values() if state.due <= now]

    def refuse(self, seen: Seen) -> float:
        """Have the file tried again later (twice as late each time); return for how many seconds it has been refused."""
        state = self._states.get(seen.path)
        if state is None:
            return 0.0
        state.due = self._clock() + state.pause
        state.tries += 1
        state.pause = min(2 * state.pause, _LONGEST_PAUSE)
        if state.refused is None:
            state.refused = self._wall()
        return max(0.0, self._wall() - state.refused)

    def is_first(self, seen: Seen) -> bool:
        """Return whether the file was refused once so far."""
        state = self._states.get(seen.path)
        return state is not None and state.tries == 1

    def forget(self, seen: Seen) -> None:
        """The file was taken."""
        self._states.pop(seen.path, None)

    def refused(self) -> list[Seen]:
        """Return the files that were refused and are still there."""
        return [state.seen for state in self._states.values() if state.refused is not None]

    def fresh(self) -> bool:
        """Return whether there is a file that was not tried yet."""
        return any(not state.tries for state in self._states.values())

    def pause(self) -> float | None:
        """Return the seconds until the next file is ready, None where there is none."""
        dues = [state.due for state in self._states.values()]
        return max(0.0, min(dues) - self._clock()) if dues else None

    def record(self) -> Mapping[str, tuple[int, int, float]]:
        """Return what the next process must know to go on counting: which files have been refused, and since when."""
        kept = ((state.seen, state.refused) for state in self._states.values() if state.refused is not None)
        return {str(seen.path): (*seen.signature, refused) for seen, refused in kept}

    def recall(self, record: Mapping[str, tuple[int, int, float]]) -> None:
        """Take over what ``record`` returned in an earlier process."""
        self._earlier = {Path(path): ((size, mtime_ns), refused) for path, (size, mtime_ns, refused) in record.items()}
