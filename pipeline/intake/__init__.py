"""Files come into the office: a watched folder, workers, and engines for a backlog. docs/office.md says how to set it up.

``Watch(…).run()`` looks after an inbox, ``work`` and ``drain`` after what waits in the store. The store is the truth; each of them may be
killed at any moment.
"""

from pipeline.intake.backlog import EngineError, dask_executor, drain, receive_all, work
from pipeline.intake.events import FAULTS, Event, EventLog, Tell
from pipeline.intake.lock import LockedError
from pipeline.intake.notes import say_reason
from pipeline.intake.watching import Bell, Tally, Watch
from pipeline.intake.worker import Orders, Outcome, work_once

__all__ = [
    "FAULTS",
    "Bell",
    "EngineError",
    "Event",
    "EventLog",
    "LockedError",
    "Orders",
    "Outcome",
    "Tally",
    "Tell",
    "Watch",
    "dask_executor",
    "drain",
    "receive_all",
    "say_reason",
    "work",
    "work_once",
]
