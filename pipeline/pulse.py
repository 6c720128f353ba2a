"""A sign of life from readers that take long: whoever waits for them can tell slow work from work that hangs."""

from collections.abc import Callable

_listeners: list[Callable[[], None]] = []


def beat() -> None:
    """Say that a part of a long file is done (a page recognised). Costs nothing where nobody listens."""
    for listener in _listeners:
        listener()


def on_beat(listener: Callable[[], None]) -> None:
    """Have ``listener`` called at each beat from now on, in the thread that beats."""
    _listeners.append(listener)
