"""Two versions of a directive, or two readings of one, compared task by task."""

from collections import Counter, deque
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from models import AspectChange, Difference, Result, Task, TaskChange
from models.difference import Aspect
from models.outline import Role
from pipeline.store.markers import without_marker
from pipeline.store.words import searchable

_ALIKE: Final = 0.6
"""share of words in common from which two tasks are one that was reworded"""
_ALIKE_IN_PLACE: Final = 0.45
"""the same, for tasks at the same place of the numbering"""
_RARE: Final = 40
"""a word that more tasks than this have in common finds no partners"""
_ROLES: Final[tuple[Role, ...]] = ("lead", "coordinate", "implement", "report_to")


class _Values(NamedTuple):
    """One side of a task: what is compared, and the words people read."""

    keys: tuple[Any, ...]
    words: tuple[str, ...]


def compare(old: Result, new: Result) -> Difference:
    """Return what changed from ``old`` to ``new``: tasks that are new, dropped, or say something else."""
    return compare_tasks(old.tasks, new.tasks)


def compare_tasks(old: Sequence[Task], new: Sequence[Task]) -> Difference:
    """Return what changed from ``old`` to ``new``, each in the order of its document."""
    pairs = match_tasks(old, new)
    partner = {j: i for i, j in pairs}
    matched = {i for i, _ in pairs}
    changes: list[TaskChange] = []
    same: list[tuple[str, str]] = []
    told: set[int] = set()

    def tell_dropped(before: int) -> None:
        for i in range(before):
            if i not in matched and i not in told:
                told.add(i)
                changes.append(TaskChange(old=old[i]))

    for j, task in enumerate(new):
        if j not in partner:
            changes.append(TaskChange(new=task))
            continue
        tell_dropped(partner[j])
        earlier = old[partner[j]]
        if found := aspects(earlier, task):
            changes.append(TaskChange(old=earlier, new=task, aspects=found))
        else:
            same.append((earlier.id, task.id))
    tell_dropped(len(old))
    return Difference(changes=tuple(changes), same=tuple(same))


def aspects(old: Task, new: Task) -> tuple[AspectChange, ...]:
    """Return in what ``new`` says something else than ``old``; what is only spelled or numbered otherwise is no change."""
    changed: list[AspectChange] = []
    for role in _ROLES:
        was, now = _units(old, role), _units(new, role)
        if len(_paired(was, now)) < max(len(was), len(now)):
            changed.append(AspectChange(aspect=role, before=tuple(was.values()), after=tuple(now.values())))
    for aspect, values in _SIDES:
        before, after = values(old), values(new)
        if Counter(before.keys) != Counter(after.keys):
            changed.append(AspectChange(aspect=aspect, before=before.words, after=after.words))
    told_before = [words for change in changed for words in change.before]
    told_after = [words for change in changed for words in change.after]
    if _rest(old, told_before) != _rest(new, told_after):
        changed.insert(0, AspectChange(aspect="text", before=(old.text,), after=(new.text,)))
    return tuple(changed)


def match_tasks(old: Sequence[Task], new: Sequence[Task]) -> list[tuple[int, int]]:
    """Return the pairs (index in ``old``, index in ``new``) of tasks that are one: word for word, else the most alike."""
    old_words, new_words = [_words(task) for task in old], [_words(task) for task in new]
    pairs = _equal(old, new, old_words, new_words)
    free_old, free_new = set(range(len(old))) - {i for i, _ in pairs}, set(range(len(new))) - {j for _, j in pairs}
    scored = []
    for i, j in _candidates(old, new, old_words, new_words, free_old, free_new):
        alike = _alike(old_words[i], new_words[j])
        in_place = old[i].clause_id == new[j].clause_id
        if alike >= (_ALIKE_IN_PLACE if in_place else _ALIKE):
            scored.append((-(alike + 0.1 * in_place), abs(i - j), i, j))
    for _, _, i, j in sorted(scored):
        if i in free_old and j in free_new:
            free_old.remove(i)
            free_new.remove(j)
            pairs.append((i, j))
    return sorted(pairs, key=lambda pair: pair[1])


def _equal(
    old: Sequence[Task], new: Sequence[Task], old_words: Sequence[tuple[str, ...]], new_words: Sequence[tuple[str, ...]]
) -> list[tuple[int, int]]:
    """Return the pairs with the same words: where several have them, those at the same place, then in order."""
    pairs: list[tuple[int, int]] = []
    here = _queues((words, task.clause_id) for words, task in zip(old_words, old, strict=True))
    for j, key in enumerate(zip(new_words, (task.clause_id for task in new), strict=True)):
        if left := here.get(key):
            pairs.append((left.popleft(), j))
    used, done = {i for i, _ in pairs}, {j for _, j in pairs}
    anywhere = _queues(words if i not in used else None for i, words in enumerate(old_words))
    for j, words in enumerate(new_words):
        if j not in done and (left := anywhere.get(words)):
            pairs.append((left.popleft(), j))
    return pairs


def _queues(keys: Iterable[Hashable]) -> dict[Hashable, deque[int]]:
    """Return the places of each key, in order."""
    found: dict[Hashable, deque[int]] = {}
    for place, key in enumerate(keys):
        found.setdefault(key, deque()).append(place)
    return found


def _candidates(
    old: Sequence[Task],
    new: Sequence[Task],
    old_words: Sequence[tuple[str, ...]],
    new_words: Sequence[tuple[str, ...]],
    free_old: set[int],
    free_new: set[int],
) -> set[tuple[int, int]]:
    """Return the pairs worth a look: at the same place, or with rare words in common."""
    places = {old[i].clause_id: i for i in sorted(free_old)}
    having: dict[str, list[int]] = {}
    for i in sorted(free_old):
        for word in set(old_words[i]):
            having.setdefault(word, []).append(i)
    found: set[tuple[int, int]] = set()
    for j in free_new:
        if (place := places.get(new[j].clause_id)) is not None:
            found.add((place, j))
        shared = Counter(i for word in set(new_words[j]) if len(having.get(word, ())) <= _RARE for i in having.get(word, ()))
        found |= {(i, j) for i, _ in shared.most_common(10)}
    return found


def _alike(one: Sequence[str], other: Sequence[str]) -> float:
    """Return the share of words that two texts have in common, from 0 to 1."""
    common = sum((Counter(one) & Counter(other)).values())
    return 2 * common / max(1, len(one) + len(other))


def _words(task: Task) -> tuple[str, ...]:
    return tuple(searchable(without_marker(task.text)).exact.split())


def _rest(task: Task, told: Sequence[str]) -> list[str]:
    """Return the words of a task without those that other aspects tell (a date that moved, a unit that changed)."""
    words = list(_words(task))
    for phrase in told:
        part = searchable(phrase).exact.split()
        at = next((k for k in range(len(words) - len(part) + 1) if words[k : k + len(part)] == part), None) if part else None
        if at is not None:
            del words[at : at + len(part)]
    return words


def _units(task: Task, role: Role) -> dict[str, str]:
    """Return the units of a role: their names by id, without the place that the id ends with."""
    return {one.unit_id.partition(".")[0]: one.name for one in task.assignments if one.role == role}


def _paired(was: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Return the ids in ``now`` of the units that were there: under the same id, or under the same name (an id may be found otherwise in
    another reading, with newer rules or another list of units)."""
    same = [unit for unit in now if unit in was]
    left = Counter(searchable(name).exact for unit, name in was.items() if unit not in now)
    for unit, name in now.items():
        if unit not in was and left[words := searchable(name).exact]:
            left[words] -= 1
            same.append(unit)
    return same


def _deadlines(task: Task) -> _Values:
    keys = tuple(
        (d.start, d.due, d.repeat, d.bound) if d.start or d.due or d.repeat else (searchable(d.text).exact,) for d in task.deadlines
    )
    return _Values(keys, tuple(d.text for d in task.deadlines))


def _targets(task: Task) -> _Values:
    keys = tuple((t.value, searchable(t.unit).exact, t.comparator, t.total) for t in task.targets)
    return _Values(keys, tuple(t.text for t in task.targets))


def _products(task: Task) -> _Values:
    return _Values(tuple(searchable(p.text).exact for p in task.products), tuple(p.text for p in task.products))


_SIDES: Final[tuple[tuple[Aspect, Callable[[Task], _Values]], ...]] = (
    ("deadline", _deadlines),
    ("target", _targets),
    ("product", _products),
)
