"""When files count as settled, and what the journal keeps of them."""

from pathlib import Path

from pipeline.intake.journal import Arrival, Journal
from pipeline.intake.listing import Seen
from pipeline.intake.names import is_open_in_office
from pipeline.intake.settling import Settling


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def _seen(size: int = 1, time: int = 1, path: str = "a.txt") -> Seen:
    return Seen(Path(path), size, time)


def test_settled_means_unchanged_for_so_long() -> None:
    clock = Clock()
    settling = Settling(5, clock, clock)
    settling.see([_seen()])
    assert settling.ready() == [] and settling.pause() == 5 and settling.fresh()
    clock.now += 4
    settling.see([_seen(size=2)])
    clock.now += 4
    settling.see([_seen(size=2)])
    assert settling.ready() == []
    clock.now += 1
    assert settling.ready() == [_seen(size=2)]
    settling.see([])
    assert settling.ready() == [] and settling.pause() is None


def test_refused_files_are_tried_again_later_and_later() -> None:
    clock = Clock()
    settling = Settling(0, clock, clock)
    settling.see([_seen()])
    waits = []
    for _ in range(8):
        assert settling.ready() == [_seen()]
        settling.refuse(_seen())
        waits.append(settling.pause())
        clock.now += settling.pause() or 0
    assert waits == [1, 2, 4, 8, 16, 30, 30, 30]
    assert settling.refuse(_seen()) == sum(waits)
    settling.see([_seen(size=2)])  # it changed: it may be whole now
    assert settling.ready() == [_seen(size=2)] and settling.refuse(_seen(size=2)) == 0


def test_the_next_process_counts_on(tmp_path: Path) -> None:
    clock, journal = Clock(), Journal(tmp_path)
    (tmp_path / ".giaoviec").mkdir()
    first = Settling(0, clock, clock)
    first.see([_seen(), _seen(path="b.txt")])
    first.refuse(_seen())
    journal.keep_waiting(first.record())
    clock.now += 50
    second = Settling(0, clock, clock)
    second.recall(journal.load_waiting())
    second.see([_seen(), _seen(path="b.txt")])
    assert second.refuse(_seen()) == 50 and second.refuse(_seen(path="b.txt")) == 0


def test_journal(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    arrivals = [Arrival(f"thư mục/\udcc4 {n}.txt", "ab", 1, 2, "taken", n) for n in range(3)]
    for arrival in arrivals:
        journal.put(arrival)
    journal.drop(arrivals[0])
    journal.drop(arrivals[0])
    (tmp_path / ".giaoviec" / "entries" / "x.json").write_bytes(b"{")  # cut short by a crash
    assert sorted(journal.load(), key=lambda one: one.path) == arrivals[1:]


def test_lock_files_of_office_programs() -> None:
    beside = {"~$ hoạch.docx", "~$ngắn.docx", ".~lock.bảng.odt#"}
    assert is_open_in_office("kế hoạch.docx", beside)  # Word writes over the first two letters of a long name
    assert is_open_in_office("ngắn.docx", beside) and is_open_in_office("bảng.odt", beside)
    assert not is_open_in_office("khác.docx", beside)
