"""What the edXML envelope says of the directive inside it (QCVN 102:2016/BTTTT, Sửa đổi 1:2022)."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

Use = Literal["directive", "appendix", "copy", "unread"]
Action = Literal["new", "recall", "update", "replace"]


class Organ(BaseModel):
    """An organ by its identifier in the national system ("000.00.00.H26", Quyết định 20/2020/QĐ-TTg) and its name."""

    model_config = ConfigDict(frozen=True)

    id: str | None = None
    name: str | None = None


class Attachment(BaseModel):
    """A file in the envelope. ``use``: the directive itself, an appendix of it (read behind it), a copy of what was read already, or
    "unread", with ``reason`` in words for a clerk.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    media_type: str | None = None
    description: str | None = None
    use: Use
    reason: str | None = None


class Envelope(BaseModel):
    """The header of the envelope; what it does not say is None. Dates are ISO dates.

    ``document_id`` is the DocumentId that other systems know the directive by ("000.00.00.H26,2024/01/10,25/KH-UBND"). ``action`` is the
    BussinessDocType: a new document, or the recall, update or replacement of one sent before. ``answers`` are the DocumentIds that the
    document answers (ResponseFor). ``priority`` and ``steering`` are codes, as written.
    """

    model_config = ConfigDict(frozen=True)

    document_id: str | None = None
    number: str | None = None
    notation: str | None = None
    issued_on: str | None = None
    place: str | None = None
    kind: str | None = None
    subject: str | None = None
    sender: Organ | None = None
    receivers: tuple[Organ, ...] = ()
    signer: str | None = None
    signer_post: str | None = None
    signed_for: str | None = None
    due_on: str | None = None
    priority: str | None = None
    steering: str | None = None
    action: Action | None = None
    answers: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()

    @property
    def code(self) -> str | None:
        """The number as it is printed: "25/KH-UBND"; None where the envelope names no notation or no number."""
        if self.number and "/" in self.number:
            return self.number
        return f"{self.number}/{self.notation}" if self.number and self.notation else None
