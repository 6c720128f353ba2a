"""Words that the tests of the review page share."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from pipeline.review import Site

CORPUS = Path(__file__).parent.parent.parent / "corpus"
SEEDS = tuple(sorted(CORPUS.glob("*.txt")))

Serve = Callable[[Site], str]
"""Serves a site on a free port of this machine; returns its address."""
OpenPage = Callable[..., Page]
"""Opens an address in a browser of its own; ``again=page`` opens it in the browser of that page."""


@dataclass(frozen=True)
class Served:
    """A site that answers. ``documents`` are the ids of the seeds in its store, in the order of SEEDS."""

    url: str
    site: Site
    documents: tuple[int, ...]
