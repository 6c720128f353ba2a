"""What someone must fix before we can go on. Findings (models/finding.py) are for what the document leaves open."""


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
