"""Tries at passwords: who was wrong too often waits, longer each time.

A try counts as wrong before its password is looked at and is taken back when it was right, so that many at the same moment are no way
round. What is remembered is bounded and lies in memory: a try costs little, and a restart of the server is not in the hands of who tries.
"""

import ipaddress
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

_MOST: Final = 10_000
_FORGET_SECONDS: Final = 3600.0
_FIRST_WAIT: Final = 5.0


@dataclass(frozen=True)
class _Limit:
    """``free`` wrong tries cost nothing; from then on 5 s, twice as long each time, up to ``longest`` seconds."""

    free: int
    longest: float

    def wait(self, wrong: int) -> float:
        return 0.0 if wrong <= self.free else min(self.longest, _FIRST_WAIT * 2.0 ** min(wrong - self.free - 1, 20))


# many people may share one address; one name is one person, whom nobody else's tries should keep out for long
_OF_NAME: Final = _Limit(free=4, longest=300)
_OF_ADDRESS: Final = _Limit(free=19, longest=900)


@dataclass
class _Record:
    wrong: int = 0
    last: float = 0.0
    until: float = 0.0


class Attempts:
    """The wrong tries of the last hour, by name and by address. Safe to use from several threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, most: int = _MOST) -> None:
        self._clock = clock
        self._most = most
        self._lock = threading.Lock()
        self._records: OrderedDict[str, _Record] = OrderedDict()

    def __len__(self) -> int:
        return len(self._records)

    def begin(self, name: str, address: str | None) -> float:
        """Return 0 where a try may be made, and count it as wrong; else how many seconds to wait first."""
        now = self._clock()
        limits = _limits(name, address)
        with self._lock:
            wait = max(record.until - now if (record := self._records.get(key)) else 0.0 for key in limits)
            if wait > 0:
                return wait
            for key, limit in limits.items():
                record = self._records.pop(key, None)
                if record is None or now - record.last > _FORGET_SECONDS:
                    record = _Record()
                record.wrong += 1
                record.last, record.until = now, now + limit.wait(record.wrong)
                self._records[key] = record
            while len(self._records) > self._most:
                self._records.popitem(last=False)
        return 0.0

    def succeed(self, name: str, address: str | None) -> None:
        """The try was right: the name's wrong ones are forgotten, the address gets back this one only (its next may be at another name)."""
        of_name, of_address = _limits(name, address)
        with self._lock:
            self._records.pop(of_name, None)
            if record := self._records.get(of_address):
                record.wrong -= 1
                record.until = 0.0


def _limits(name: str, address: str | None) -> dict[str, _Limit]:
    return {f"name {name[:100]}": _OF_NAME, f"address {_network(address)}": _OF_ADDRESS}


def _network(address: str | None) -> str:
    """Return what counts as one address: of IPv6, the network, since every machine has as many addresses in it as it wants."""
    try:
        known = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return address or ""
    if isinstance(known, ipaddress.IPv6Address):
        return str(known.ipv4_mapped or ipaddress.ip_network((known, 64), strict=False))
    return str(known)
