"""Lists on disk."""

import pytest

from pipeline.emit.spool import Spool


@pytest.mark.parametrize("held", [0, 2, 100])
def test_it_is_a_list(held: int) -> None:
    spool: Spool[tuple[int, str]] = Spool(held)
    members = [(n, "Sở Y tế" * n) for n in range(30)]
    assert not spool and list(spool) == []
    for n, member in enumerate(members):
        spool.append(member)
        assert spool[n // 2] == members[n // 2], "read between two that are added"
    assert len(spool) == 30 and list(spool) == members == list(spool)
    assert (spool[0], spool[-1], spool[3:7], spool[25:99]) == (members[0], members[-1], members[3:7], members[25:])
    with pytest.raises(IndexError):
        spool[30]


def test_two_readers_do_not_disturb_each_other() -> None:
    spool: Spool[int] = Spool(0)
    for n in range(10):
        spool.append(n)
    assert list(zip(spool, reversed(spool), strict=True)) == list(zip(range(10), range(9, -1, -1), strict=True))
