"""What the address of the register asks for: filters, order, page; and the words that say so.

The names in an address are for people who keep and send it: ``tim`` (words), ``don-vi`` and ``vai-tro`` (a unit and its role), ``voi`` and
``voi-vai-tro`` (another unit in the same task), ``chu-tri`` (co, khong), ``nhanh`` (a deadline in one word), ``han-tu`` and ``han-den``,
``trang-thai`` (of the work), ``duyet`` (of the review), ``van-ban`` (a document), ``so`` (a document's number), ``co-quan``, ``loai``,
``du-thao``, ``sap-xep``, ``trang``. What cannot be read is passed over.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final
from urllib.parse import urlencode

from models.outline import Role
from models.review import ReviewState
from pipeline.emit.workbook_register import REVIEWS
from pipeline.store.register import Order, RegisterFilter, Stage

PLACE: Final = "/nhiem-vu"
ROLES: Final[Mapping[str, Role]] = {"chu-tri": "lead", "phoi-hop": "coordinate", "thuc-hien": "implement", "nhan-bao-cao": "report_to"}
ROLE_NAMES: Final[Mapping[Role, str]] = {"lead": "chủ trì", "coordinate": "phối hợp", "implement": "thực hiện", "report_to": "nhận báo cáo"}
STAGES: Final[Mapping[str, tuple[Stage, str]]] = {
    "chua-xong": ("open", "Chưa hoàn thành"),
    "chua-thuc-hien": ("not-started", "Chưa thực hiện"),
    "dang-thuc-hien": ("in-progress", "Đang thực hiện"),
    "trong-han": ("open-in-time", "Chưa hoàn thành, trong hạn"),
    "qua-han": ("open-late", "Chưa hoàn thành, quá hạn"),
    "xong": ("done", "Hoàn thành"),
    "xong-dung-han": ("done-in-time", "Hoàn thành đúng hạn"),
    "xong-qua-han": ("done-late", "Hoàn thành quá hạn"),
}
REVIEW_STATES: Final[Mapping[str, tuple[ReviewState, str]]] = {
    "cho-duyet": ("open", REVIEWS["open"]),
    "da-duyet": ("approved", REVIEWS["approved"]),
    "da-sua": ("edited", REVIEWS["edited"]),
    "chua-ro": ("unclear", REVIEWS["unclear"]),
    "bo": ("rejected", REVIEWS["rejected"]),
}
QUICK: Final[Mapping[str, str]] = {
    "qua-han": "Quá hạn",
    "hom-nay": "Hôm nay",
    "tuan-nay": "Tuần này",
    "thang-nay": "Tháng này",
    "dinh-ky": "Định kỳ",
    "khong-han": "Chưa có hạn",
}
ORDERS: Final[Mapping[str, tuple[Order, str]]] = {
    "lien-quan": ("relevance", "Sát chữ cần tìm"),
    "moi": ("newest", "Văn bản mới nhất"),
    "han": ("due", "Hạn sớm trước"),
    "-han": ("-due", "Hạn muộn trước"),
    "van-ban": ("document", "Văn bản cũ trước"),
    "-van-ban": ("-document", "Văn bản mới trước"),
    "don-vi": ("unit", "Đơn vị chủ trì A–Z"),
    "-don-vi": ("-unit", "Đơn vị chủ trì Z–A"),
    "tin-cay": ("confidence", "Độ tin cậy thấp trước"),
    "-tin-cay": ("-confidence", "Độ tin cậy cao trước"),
}
_KEYS: Final = (
    "tim", "nhanh", "don-vi", "vai-tro", "voi", "voi-vai-tro", "chu-tri", "han-tu", "han-den", "trang-thai", "duyet", "van-ban", "so",
    "co-quan", "loai", "du-thao", "sap-xep",
)  # fmt: skip
_CHOICES: Final[Mapping[str, Mapping[str, object]]] = {
    "nhanh": QUICK, "vai-tro": ROLES, "voi-vai-tro": ROLES, "trang-thai": STAGES, "duyet": REVIEW_STATES, "sap-xep": ORDERS,
    "chu-tri": {"co": 1, "khong": 1}, "du-thao": {"1": 1},
}  # fmt: skip
_LONGEST: Final = 200
_PAGES: Final = 100_000


@dataclass(frozen=True)
class Chip:
    """A filter that is on, in words, and the address without it."""

    text: str
    without: str


@dataclass(frozen=True)
class Asked:
    """What an address asks for. ``values`` are its parts that can be read, by name; ``page`` counts from 1."""

    values: Mapping[str, str]
    today: date
    page: int = 1

    @classmethod
    def of(cls, query: Mapping[str, str], today: date) -> "Asked":
        """Return what ``query`` asks for on the day ``today``."""
        values = {}
        for name in _KEYS:
            value = " ".join(query.get(name, "").split())[:_LONGEST]
            if name in ("vai-tro", "voi-vai-tro"):
                value = next((said for said, role in ROLES.items() if role == value), value)
            if value and _is_known(name, value):
                values[name] = value
        page = query.get("trang", "")
        return cls(values, today, min(max(int(page), 1), _PAGES) if page.isascii() and page.isdigit() and len(page) < 9 else 1)

    def get(self, name: str) -> str:
        """Return a part of the address, "" where it is not there."""
        return self.values.get(name, "")

    @property
    def order(self) -> str:
        """The order: as asked for, else by what fits best."""
        if asked := self.get("sap-xep"):
            return asked
        return "lien-quan" if self.get("tim") else "han" if self.get("nhanh") in ("qua-han", "hom-nay", "tuan-nay", "thang-nay") else "moi"

    @property
    def is_filtered(self) -> bool:
        """Whether anything narrows the register down."""
        return any(name != "sap-xep" for name in self.values)

    def query(self, **changed: str) -> str:
        """Return the query of this address but for what is ``changed`` (names with _ for -); what is empty is left out."""
        values = {**self.values, **{name.replace("_", "-"): value for name, value in changed.items()}}
        return urlencode({name: values[name] for name in (*_KEYS, "trang") if values.get(name)})

    def address(self, place: str = PLACE, **changed: str) -> str:
        """Return the address of ``place`` with this query but for what is ``changed``."""
        query = self.query(**changed)
        return f"{place}?{query}" if query else place

    def at(self, page: int) -> str:
        """Return the address of another page."""
        return self.address(trang=str(page) if page > 1 else "")

    @property
    def wanted(self) -> RegisterFilter:
        """The filter of the register."""
        get = self.get
        stage = STAGES[get("trang-thai")][0] if get("trang-thai") else None
        found = RegisterFilter(
            words=get("tim"),
            unit=get("don-vi") or None,
            role=ROLES.get(get("vai-tro")),
            partner=get("voi") or None,
            partner_role=ROLES.get(get("voi-vai-tro")),
            led=get("chu-tri") == "co" if get("chu-tri") else None,
            due_from=get("han-tu") or None,
            due_to=get("han-den") or None,
            stage=stage,
            as_of=self.today,
            review=(REVIEW_STATES[get("duyet")][0],) if get("duyet") else (),
            document=int(get("van-ban")) if get("van-ban") else None,
            number=get("so") or None,
            issuer=get("co-quan") or None,
            kind=get("loai") or None,
            drafts=bool(get("du-thao")),
        )
        return self._narrowed(found)

    def _narrowed(self, found: RegisterFilter) -> RegisterFilter:
        """Return the filter with the deadline that is asked for in one word; without a state of work it means what is not done."""
        quick, today = self.get("nhanh"), self.today
        if quick in ("khong-han", "dinh-ky"):
            return replace(found, dated="none" if quick == "khong-han" else "recurring")
        periods = {
            "qua-han": (None, today - timedelta(days=1)),
            "hom-nay": (today, today),
            "tuan-nay": (today, today + timedelta(days=6 - today.weekday())),
            "thang-nay": (today, (today.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)),
        }
        if quick not in periods:
            return found
        first, last = periods[quick]
        since = max(filter(None, (found.due_from, first.isoformat() if first else None)), default=None)
        until = min(filter(None, (found.due_to, last.isoformat())), default=None)
        return replace(found, due_from=since, due_to=until, stage=found.stage or "open")

    def chips(self, names: Callable[[str, str], str]) -> list[Chip]:
        """Return the filters that are on. ``names`` (part of the address, value) gives the names of units, documents, issuers, kinds."""
        return [Chip(text, self.address(**{part.replace("-", "_"): "" for part in parts})) for text, parts in self._said(names)]

    def _said(self, names: Callable[[str, str], str]) -> Iterator[tuple[str, tuple[str, ...]]]:
        get = self.get
        if get("tim"):
            yield f"Có chữ “{get('tim')}”", ("tim",)
        if get("nhanh"):
            yield QUICK[get("nhanh")], ("nhanh",)
        for unit, role, said in (("don-vi", "vai-tro", "Đơn vị"), ("voi", "voi-vai-tro", "Cùng với")):
            part = ROLE_NAMES[ROLES[get(role)]] if get(role) else ""
            if get(unit):
                yield f"{said}: {names('don-vi', get(unit))}" + (f" ({part})" if part else ""), (unit, role)
            elif part:
                yield f"Có đơn vị {part}", (role,)
        if get("chu-tri"):
            yield ("Có đơn vị chủ trì" if get("chu-tri") == "co" else "Chưa có đơn vị chủ trì"), ("chu-tri",)
        for name, said in (("han-tu", "Hạn từ"), ("han-den", "Hạn đến")):
            if get(name):
                yield f"{said} {date.fromisoformat(get(name)):%d/%m/%Y}", (name,)
        if get("trang-thai"):
            yield STAGES[get("trang-thai")][1], ("trang-thai",)
        if get("duyet"):
            yield f"Rà soát: {REVIEW_STATES[get('duyet')][1].lower()}", ("duyet",)
        for name, said in (("van-ban", "Văn bản"), ("co-quan", "Cơ quan ban hành"), ("loai", "Loại")):
            if get(name):
                yield f"{said}: {names(name, get(name))}", (name,)
        if get("so"):
            yield f"Số ký hiệu có “{get('so')}”", ("so",)
        if get("du-thao"):
            yield "Kể cả dự thảo", ("du-thao",)


def _is_known(name: str, value: str) -> bool:
    if name in _CHOICES:
        return value in _CHOICES[name]
    if name in ("han-tu", "han-den"):
        return read_date(value) is not None
    return name != "van-ban" or (value.isascii() and value.isdigit() and len(value) < 18)


def read_date(value: str) -> date | None:
    """Return the day of an ISO date, None for all else."""
    try:
        return date.fromisoformat(value) if len(value) == 10 else None
    except ValueError:
        return None
