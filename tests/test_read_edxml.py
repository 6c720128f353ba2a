"""Envelopes as the national axis sends them: which attachment is the directive, what the header says, what is refused."""

import base64
import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from docx import Document as Word

from models import Document, Finding, Result, SourceError
from pipeline.read import read
from pipeline.read.page_marks import PageMarks
from pipeline.read.pages import draw_pages, place_on_pages
from pipeline.rulebook import rulebook
from pipeline.run import process, take_apart

NAMESPACE = "http://www.mic.gov.vn/TBT/QCVN_102_2016"
PLAN = """ỦY BAN NHÂN DÂN
HUYỆN THANH BÌNH
Số: 45/KH-UBND
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Thanh Bình, ngày 12 tháng 3 năm 2024

KẾ HOẠCH
Phòng, chống thiên tai năm 2024 trên địa bàn huyện

I. TỔ CHỨC THỰC HIỆN
1. Phòng Nông nghiệp và Phát triển nông thôn chủ trì, phối hợp với Ban Chỉ huy Quân sự huyện kiểm tra đê bao, báo cáo trước ngày 15/5/2024.
2. Phòng Tài chính - Kế hoạch bố trí kinh phí dự phòng, hoàn thành trước ngày 30/6/2024.

TM. ỦY BAN NHÂN DÂN
CHỦ TỊCH
Lê Văn Minh
"""
APPENDIX = """PHỤ LỤC
NHIỆM VỤ CỤ THỂ CỦA CÁC XÃ
(Kèm theo Kế hoạch số 45/KH-UBND ngày 12/3/2024 của Ủy ban nhân dân huyện)

1. Ủy ban nhân dân xã Tân Mỹ có trách nhiệm gia cố cống Bà Tư trước ngày 20/5/2024.
2. Ủy ban nhân dân xã Bình Thành chủ trì di dời các hộ ven sông trước ngày 01/6/2024.
"""
HEADER = {
    "document_id": "000.00.15.H20,2024/03/12,45/KH-UBND",
    "number": "45",
    "notation": "KH-UBND",
    "date": "2024/03/12",
    "kind": "Kế hoạch",
    "subject": "Phòng, chống thiên tai năm 2024",
    "sender": "UBND huyện Thanh Bình",
    "signer": "Le Van Minh",
    "action": "0",
}


def zipped(name: str, content: bytes) -> bytes:
    """A file packed as the axis packs every attachment: alone in a ZIP, under a name of its own."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(f"8cdea3db-764e{Path(name).suffix}", content)
    return buffer.getvalue()


def word(text: str) -> bytes:
    document = Word()
    for line in text.splitlines():
        document.add_paragraph(line)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def envelope(*files: tuple[str, bytes], pack: bool = True, **header: str) -> bytes:
    """An envelope of the regulation: prefixed header, manifest of references, attachments outside the envelope."""
    told = {key: escape(value) for key, value in {**HEADER, **header}.items()}
    references, contents = [], []
    for number, (name, content) in enumerate(files, 1):
        encoded = base64.encodebytes(zipped(name, content) if pack else content).decode()
        references.append(
            f"<edXML:Reference><edXML:ContentId>cid:{number}</edXML:ContentId><edXML:ContentType>application/zip</edXML:ContentType>"
            f"<edXML:Description>Tệp {number}</edXML:Description>"
            f"<edXML:AttachmentName>{escape(name)}</edXML:AttachmentName></edXML:Reference>"
        )
        contents.append(
            f"<Attachment><ContentId>{number}</ContentId><AttachmentName>{escape(name)}</AttachmentName><ContentType>application/zip"
            f'</ContentType><edXML:ContentTransferEncoded xmlns:edXML="{NAMESPACE}">{encoded}</edXML:ContentTransferEncoded></Attachment>'
        )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<edXML xmlns="{NAMESPACE}">
  <edXML:edXMLEnvelope xmlns:edXML="{NAMESPACE}">
    <edXML:edXMLHeader>
      <edXML:MessageHeader>
        <edXML:From><edXML:OrganId>000.00.15.H20</edXML:OrganId><edXML:OrganName>{told["sender"]}</edXML:OrganName></edXML:From>
        <edXML:To><edXML:OrganId>001.00.15.H20</edXML:OrganId><edXML:OrganName>Phòng Nông nghiệp và PTNT</edXML:OrganName></edXML:To>
        <edXML:To><edXML:OrganId>002.00.15.H20</edXML:OrganId><edXML:OrganName>N/A</edXML:OrganName></edXML:To>
        <edXML:DocumentId>{told["document_id"]}</edXML:DocumentId>
        <edXML:Code><edXML:CodeNumber>{told["number"]}</edXML:CodeNumber><edXML:CodeNotation>{told["notation"]}</edXML:CodeNotation></edXML:Code>
        <edXML:PromulgationInfo><edXML:Place>Thanh Bình</edXML:Place>
          <edXML:PromulgationDate>{told["date"]}</edXML:PromulgationDate></edXML:PromulgationInfo>
        <edXML:DocumentType><edXML:Type>1</edXML:Type><edXML:TypeName>{told["kind"]}</edXML:TypeName></edXML:DocumentType>
        <edXML:Subject>{told["subject"]}</edXML:Subject>
        <edXML:SignerInfo><edXML:Competence>TM. UBND</edXML:Competence><edXML:Position>Chủ tịch</edXML:Position>
          <edXML:FullName>{told["signer"]}</edXML:FullName></edXML:SignerInfo>
        <edXML:DueDate>2024/06/30</edXML:DueDate>
        <edXML:ResponseFor><edXML:DocumentId>000.00.00.H20,2024/02/01,12/UBND-KT</edXML:DocumentId></edXML:ResponseFor>
        <edXML:OtherInfo><edXML:Priority>1</edXML:Priority></edXML:OtherInfo>
        <edXML:SteeringType>1</edXML:SteeringType>
      </edXML:MessageHeader>
      <edXML:TraceHeaderList><edXML:Bussiness><edXML:BussinessDocType>{told["action"]}</edXML:BussinessDocType></edXML:Bussiness>
      </edXML:TraceHeaderList>
    </edXML:edXMLHeader>
    <edXML:edXMLBody><edXML:edXMLManifest version="1.0">{"".join(references)}</edXML:edXMLManifest></edXML:edXMLBody>
  </edXML:edXMLEnvelope>
  <AttachmentEncoded>{"".join(contents)}</AttachmentEncoded>
</edXML>
""".encode()


Save = Callable[[bytes], Path]


@pytest.fixture
def save(tmp_path: Path) -> Save:
    def write(content: bytes) -> Path:
        path = tmp_path / "goi-tin.edxml"
        path.write_bytes(content)
        return path

    return write


def uses(document: Document) -> list[tuple[str, str]]:
    assert document.source.envelope
    return [(attachment.name, attachment.use) for attachment in document.source.envelope.attachments]


def codes(findings: Sequence[Finding]) -> set[str]:
    return {finding.code for finding in findings if finding.code.startswith(("envelope-", "attachment-"))}


def apart(path: Path) -> Result:
    return take_apart(read(path), rulebook())


# --- what is in the envelope -----------------------------------------------------------------------------------------------


def test_the_header_is_kept_and_every_task_bears_the_document_id(save: Save) -> None:
    result = apart(save(envelope(("ke-hoach.docx", word(PLAN)))))
    told = result.source.envelope
    assert told
    assert (told.document_id, told.code, told.issued_on, told.due_on) == (HEADER["document_id"], "45/KH-UBND", "2024-03-12", "2024-06-30")
    assert (told.kind, told.subject, told.place) == ("Kế hoạch", HEADER["subject"], "Thanh Bình")
    assert told.sender and (told.sender.id, told.sender.name) == ("000.00.15.H20", "UBND huyện Thanh Bình")
    assert [(to.id, to.name) for to in told.receivers] == [("001.00.15.H20", "Phòng Nông nghiệp và PTNT"), ("002.00.15.H20", None)]
    assert (told.signer, told.signer_post, told.signed_for, told.action) == ("Le Van Minh", "Chủ tịch", "TM. UBND", "new")
    assert (told.priority, told.steering, told.answers) == ("1", "1", ("000.00.00.H20,2024/02/01,12/UBND-KT",))
    assert result.header.number == "45/KH-UBND"
    assert len(result.tasks) == 2
    assert {task.document_id for task in result.tasks} == {HEADER["document_id"]}
    assert codes(result.findings) == set()


def test_a_child_process_hands_the_envelope_over(save: Save) -> None:
    path = save(envelope(("ke-hoach.txt", PLAN.encode())))
    result = process(path, rulebook())
    assert result.source.envelope == read(path).source.envelope
    assert result.source.name == "goi-tin.edxml"
    assert result.tasks[0].document_id == HEADER["document_id"]
    assert Result.model_validate_json(result.model_dump_json()) == result


@pytest.mark.parametrize("first", [True, False])
def test_the_directive_is_told_by_its_number_whatever_the_order_and_the_names(save: Save, first: bool) -> None:
    files = [("1.txt", PLAN.encode()), ("2.txt", APPENDIX.encode())]
    document = read(save(envelope(*(files if first else files[::-1]))))
    assert set(uses(document)) == {("1.txt", "directive"), ("2.txt", "appendix")}
    assert document.text.index("KẾ HOẠCH\n") < document.text.index("PHỤ LỤC")


def test_appendices_follow_and_their_tasks_count(save: Save) -> None:
    result = apart(save(envelope(("phu-luc.txt", APPENDIX.encode()), ("ke-hoach.docx", word(PLAN)))))
    assert len(result.tasks) == 4
    assert all(task.span.cut(result.text).split() for task in result.tasks)
    assert [block for block in result.blocks if block.span.cut(result.text).strip() != block.span.cut(result.text)] == []
    assert any("cống Bà Tư" in task.text for task in result.tasks)


def test_a_signed_copy_of_the_same_words_is_left_out(save: Save) -> None:
    document = read(save(envelope(("ban-ky.txt", PLAN.replace("KẾ HOẠCH\n", "KẾ HOẠCH \n").encode()), ("ke-hoach.docx", word(PLAN)))))
    assert uses(document) == [("ban-ky.txt", "directive"), ("ke-hoach.docx", "copy")]
    assert document.text.count("Phòng Tài chính - Kế hoạch") == 1


def test_without_a_number_the_name_tells_the_appendix(save: Save) -> None:
    unnumbered = PLAN.replace("Số: 45/KH-UBND", "Số:      /KH-UBND")
    document = read(save(envelope(("Phụ lục 1.txt", APPENDIX.encode()), ("Van ban.txt", unnumbered.encode()))))
    assert uses(document) == [("Phụ lục 1.txt", "appendix"), ("Van ban.txt", "directive")]


def test_what_cannot_be_read_is_named_and_costs_nothing_else(save: Save) -> None:
    result = apart(save(envelope(("ke-hoach.txt", PLAN.encode()), ("so-lieu.rar", b"Rar!\x1a\x07" + b"0" * 50))))
    assert uses(read_again(result)) == [("ke-hoach.txt", "directive"), ("so-lieu.rar", "unread")]
    (finding,) = [finding for finding in result.findings if finding.code == "attachment-unread"]
    assert "so-lieu.rar" in finding.message
    assert result.status == "needs-review"


def read_again(result: Result) -> Document:
    return Document(text=result.text, source=result.source, blocks=result.blocks)


def test_attachments_need_not_be_packed_and_may_lie_several_in_one_zip(save: Save) -> None:
    assert read(save(envelope(("ke-hoach.docx", word(PLAN)), pack=False))).source.envelope
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("ke-hoach.txt", PLAN)
        package.writestr("kem/phu-luc.txt", APPENDIX)
    document = read(save(envelope(("tat-ca.zip", buffer.getvalue()), pack=False)))
    assert uses(document) == [("ke-hoach.txt", "directive"), ("phu-luc.txt", "appendix")]


def test_the_older_dialect_of_the_axis(save: Save) -> None:
    encoded = base64.b64encode(PLAN.encode()).decode()
    document = read(save(f"""<EdXMLEnvelope xmlns="http://www.go.vn/eDoc"><MessageHeader>
      <From><OrganId>H20.15</OrganId><OrganName>UBND huyện Thanh Bình</OrganName></From>
      <Code><CodeNumber>45/KH-UBND</CodeNumber><CodeNotation>KH-UBND</CodeNotation></Code>
      <PromulgationInfo><Promulgator>Lê Văn Minh</Promulgator><PromulgationDate>2024-03-12T00:00:00Z</PromulgationDate></PromulgationInfo>
      <DocumentType>Kế hoạch</DocumentType><Subject>Phòng, chống thiên tai</Subject><SignerInfo><Signer>Lê Văn Minh</Signer></SignerInfo>
      <DocumentId>b2a1f0de-0000-4000-8000-000000000001</DocumentId></MessageHeader>
      <Manifest><Attachment><Content>{encoded}</Content><FileName>kh.txt</FileName><FileType>text/plain</FileType></Attachment></Manifest>
      </EdXMLEnvelope>""".encode()))  # fmt: skip
    told = document.source.envelope
    assert told
    assert (told.document_id, told.code, told.issued_on) == ("b2a1f0de-0000-4000-8000-000000000001", "45/KH-UBND", "2024-03-12")
    assert (told.kind, told.signer, uses(document)) == ("Kế hoạch", "Lê Văn Minh", [("kh.txt", "directive")])


def test_an_envelope_in_a_mime_message(save: Save) -> None:
    xml = envelope().decode().replace("<AttachmentEncoded></AttachmentEncoded>", "")
    mail = (
        'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="b"\n\n--b\nContent-Type: text/xml; charset=UTF-8\n'
        f"Content-Transfer-Encoding: 8bit\n\n{xml}\n--b\nContent-Type: text/plain\nContent-ID: <1>\nContent-Transfer-Encoding: base64\n"
        f'Content-Disposition: attachment; filename="ke-hoach.txt"\n\n{base64.encodebytes(PLAN.encode()).decode()}\n--b--\n'
    )
    document = read(save(mail.encode()))
    assert uses(document) == [("ke-hoach.txt", "directive")]
    assert document.source.envelope and document.source.envelope.document_id == HEADER["document_id"]


def test_an_envelope_has_no_pages_of_its_own_and_says_so(save: Save, tmp_path: Path) -> None:
    path = save(envelope(("ke-hoach.docx", word(PLAN))))
    document = read(path)
    assert place_on_pages(document, path) is document
    with pytest.raises(SourceError, match="lấy tệp văn bản") as caught:
        draw_pages(
            path, PageMarks(source=document.source, text=document.text, blocks=document.blocks, tasks=(), units=(), deadlines=()), tmp_path
        )
    assert caught.value.code == "no-pages"


# --- what does not agree -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ({"number": "54"}, "envelope-number"),
        ({"date": "2024/03/21"}, "envelope-date"),
        ({"kind": "Công văn"}, "envelope-kind"),
        ({"subject": "V/v báo cáo công tác thi đua quý I"}, "envelope-subject"),
        ({"sender": "Sở Tư pháp tỉnh An Giang"}, "envelope-issuer"),
        ({"signer": "Trần Thị Hoa"}, "envelope-signer"),
        ({"action": "1"}, "envelope-recall"),
        ({"action": "3"}, "envelope-update"),
    ],
)
def test_a_conflict_with_the_document_is_a_finding(save: Save, header: dict[str, str], code: str) -> None:
    result = apart(save(envelope(("ke-hoach.txt", PLAN.encode()), **header)))
    assert codes(result.findings) == {code}
    finding = next(finding for finding in result.findings if finding.code == code)
    assert "{" not in finding.message
    if code not in ("envelope-recall", "envelope-update"):
        (span,) = finding.spans
        assert span.cut(result.text).strip()


def test_other_ways_to_write_the_same_are_no_conflict(save: Save) -> None:
    same = {"sender": "UBND huyện Thanh Bình - Tỉnh Đồng Tháp", "signer": "LÊ VĂN MINH", "kind": "KẾ HOẠCH", "number": "045"}
    result = apart(save(envelope(("ke-hoach.txt", PLAN.encode()), subject="V/v phòng chống thiên tai", **same)))
    assert codes(result.findings) == set()


# --- what is refused ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (envelope(), "edxml-empty"),
        (envelope(("a.txt", PLAN.encode()))[:-9], "edxml-broken"),
        (b"<edXML><a/></edXML>", "edxml-broken"),
        (envelope(("a.rar", b"Rar!\x1a\x07")), "edxml-unread"),
        (b'<!DOCTYPE edXML [<!ENTITY a "b">]>' + envelope(("a.txt", b"x")).partition(b"?>")[2], "unsafe-doctype"),
        (b"<edXML>" + b"<a>" * 300 + b"</a>" * 300 + b"</edXML>", "unsafe-depth"),
        (envelope(*[(f"{n}.txt", b"x") for n in range(61)]), "unsafe-entries"),
    ],
)
def test_what_nobody_can_read_or_should_is_refused_by_name(save: Save, content: bytes, code: str) -> None:
    with pytest.raises(SourceError) as caught:
        read(save(content))
    assert caught.value.code == code
    assert "goi-tin.edxml" in str(caught.value)


def test_a_bomb_in_an_attachment_is_not_unpacked(save: Save) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("a.txt", b"0" * 90_000_000)
    document = read(save(envelope(("ke-hoach.txt", PLAN.encode()), ("bom.zip", bomb.getvalue()), pack=False)))
    assert uses(document) == [("ke-hoach.txt", "directive"), ("bom.zip", "unread")]


def test_an_external_entity_is_never_fetched(save: Save, tmp_path: Path) -> None:
    secret = tmp_path / "bi-mat.txt"
    secret.write_text("bí mật", encoding="utf-8")
    xml = envelope(("a.txt", PLAN.encode())).replace(
        b"<edXML xmlns", f'<!DOCTYPE edXML [<!ENTITY x SYSTEM "file://{secret}">]><edXML xmlns'.encode(), 1
    )
    with pytest.raises(SourceError, match="DOCTYPE"):
        read(save(xml))


def test_an_envelope_in_an_envelope_and_broken_base64_are_unread(save: Save) -> None:
    inner = envelope(("a.txt", PLAN.encode()))
    document = read(save(envelope(("trong.edxml", inner), ("ke-hoach.txt", PLAN.encode()))))
    assert uses(document) == [("trong.edxml", "unread"), ("ke-hoach.txt", "directive")]
    broken = envelope(("a.txt", PLAN.encode()), ("b.txt", APPENDIX.encode()))
    at = broken.rindex(b"UEsD")
    assert dict(uses(read(save(broken[:at] + b"!!!!" + broken[at + 4 :])))) == {"a.txt": "directive", "b.txt": "unread"}
