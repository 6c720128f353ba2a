"""What someone must fix before we can go on. Findings (models/finding.py) are for what the document leaves open."""

from models.review import ReviewedTask


class GiaoviecError(Exception):
    """Root of the tree: catch this to catch every fault that the program foresees."""


class SourceError(GiaoviecError):
    """The file cannot be read as a directive. ``code`` is stable; the message is for a clerk, with what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class OutputError(GiaoviecError):
    """The results cannot be written where they are wanted; the message is for a clerk, with what to do."""


class RuleError(GiaoviecError):
    """A rule file is wrong: which file, which rule, what was found, what was expected."""


class AlignmentError(GiaoviecError):
    """A span does not lead back to its words: a fault of ours."""


class StoreError(GiaoviecError):
    """The store cannot do what is asked. ``code`` is stable, the message is for a clerk.

    "unreachable", "busy": try again later. "full", "unwritable", "damaged", "newer", "address", "originals": somebody must mend it first.
    "unknown": there is no such document or task. "refused": it may not be done as things stand.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class LeaseLostError(StoreError):
    """The lease ran out and the document is another worker's now: what this one made of it is not taken."""


class StaleError(StoreError):
    """Somebody else decided in the meantime: ``newer`` are the rows as they stand now. Nothing was changed."""

    def __init__(self, code: str, message: str, newer: tuple[ReviewedTask, ...]) -> None:
        super().__init__(code, message)
        self.newer = newer


class SettingsError(GiaoviecError):
    """The settings are wrong: which file, line and key, what was found, what was expected, how to mend it."""
