"""What several tests need: the flags that accept new goldens and figures, and the corpus run once."""

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from pipeline.messages import speak

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CORPUS = Path(__file__).parent.parent / "corpus"

# a job in the background of a shell ignores Ctrl+C, and so would every program that the tests start to interrupt it
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

_CHANGES = pytest.StashKey[list[str]]()

# the same examples on every machine and in every run; no clock, since machines differ
settings.register_profile("giaoviec", derandomize=True, deadline=None, database=None, max_examples=100)
settings.load_profile("giaoviec")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rewrite-outputs", action="store_true", help="write outputs/ as the pipeline makes it now (make outputs)")
    parser.addoption("--rewrite-ratchet", action="store_true", help="write tests/ratchet.json as the figures are now (make ratchet)")


def pytest_configure(config: pytest.Config) -> None:
    for flag in ("--rewrite-outputs", "--rewrite-ratchet"):
        if config.getoption(flag) and os.environ.get("CI", "").lower() in ("true", "1"):
            raise pytest.UsageError(f"{flag} is refused when CI=true: what a change is measured against is accepted by a person, not by CI")


def pytest_runtest_setup() -> None:
    speak("vi")  # a test that ends in English must not change what the next one sees


def pytest_sessionfinish(session: pytest.Session) -> None:
    output = getattr(session.config, "workeroutput", None)
    if output is not None:  # one of several processes (make test): it prints nothing itself
        output["changes"] = session.config.stash.get(_CHANGES, [])


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    node.config.stash.setdefault(_CHANGES, []).extend(getattr(node, "workeroutput", {}).get("changes", []))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if lines := config.stash.get(_CHANGES, []):
        terminalreporter.section("gains (+) and losses (-) since tests/ratchet.json")
        terminalreporter.write_line("\n".join(lines))


@pytest.fixture(scope="session")
def changes(pytestconfig: pytest.Config) -> list[str]:
    """Lines put in here are printed when all tests are done."""
    return pytestconfig.stash.setdefault(_CHANGES, [])


@pytest.fixture(scope="session")
def corpus_results() -> dict[str, dict[str, Any]]:
    """The results of corpus/*.txt in their JSON form, by document name."""
    from pipeline.rulebook import rulebook
    from pipeline.run import process

    return {path.stem: process(path, rulebook()).model_dump(mode="json") for path in sorted(CORPUS.glob("*.txt"))}


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """Debian's Chromium: one for the whole run, since Playwright keeps a loop of its own in the thread that started it."""
    from playwright.sync_api import sync_playwright

    found = shutil.which("chromium") or shutil.which("google-chrome")
    assert found, "chromium is wanted: sh scripts/programs.sh test"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()
