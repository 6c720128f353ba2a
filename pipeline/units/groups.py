"""Groups without a name of their own ("các sở, ban, ngành", "các doanh nghiệp bưu chính, viễn thông"), and the offices that posts name."""

import re

from pipeline.text import TextView
from pipeline.units.lists import LIST_STEP
from pipeline.units.shared import SharedHeads

_GROUP_SEPARATOR = re.compile(r", | và | - |-|/| ")
_MARK = re.compile(r"[,;.:)]")
_UPWARD = ("tham mưu ", "tham mưu cho ", "tham mưu trình ", "báo cáo lãnh đạo ")  # before who is meant by "Bộ"
_MANAGES = " quản lý"
_WHOLE = "chính trị - xã hội"  # no "và" goes on a collective behind these words
_OFFICES = ("phòng", " ban", " khoa", " trạm")  # last words of posts that begin the name of what somebody heads


class Groups(SharedHeads):
    """The nouns of groups, and what they are busy with. Every method takes and returns positions in the view."""

    def _noun(self, text: str, at: int) -> re.Match[str] | None:
        """Return the noun of a group at ``at``, without a "quản lý" that is an order: "các đơn vị quản lý, sử dụng kinh phí"."""
        noun = self.words.noun.match(text, at)
        if noun is None or not noun.group().endswith(_MANAGES) or self.words.managed.match(text, noun.end()) is None:
            return noun
        return self.words.noun.match(text, at, noun.end() - len(_MANAGES))

    def _remit_end(self, view: TextView, end: int, quantified: bool) -> int:
        """Return the end of what a group has to do with: "các doanh nghiệp bưu chính, viễn thông", "cơ quan thú y"."""
        words, text = self.words, view.text
        if not text.startswith(" ", end) or words.stop.match(text, end + 1) or (not quantified and words.acting.match(text, end + 1)):
            return end
        word = words.name_word.match(text, end + 1)
        if word is None or (not quantified and view.cased[end + 1].isupper() and word.group() not in words.beside):
            return end  # "cơ quan Công an" is one
        end = word.end()
        while (
            quantified
            and (joint := LIST_STEP.match(text, end))
            and view.cased[joint.end() : joint.end() + 1].islower()
            and (word := words.name_word.match(text, joint.end()))
            and not (words.stop.match(text, joint.end()) or self.starts_unit(view, joint.end()) or words.noun.match(text, joint.end()))
        ):
            end = word.end()
        return end

    def _stands_for(self, view: TextView, noun: re.Match[str]) -> bool:
        """Whether a territory printed with a capital stands for its authorities ("phối hợp với Tỉnh"), "Bộ" for the one that is meant."""
        at, end = noun.start(), noun.end()
        if at == 0 or not view.cased[at].isupper():
            return False
        if noun.group() in self.words.back:
            ends = _MARK.match(view.text, end) or view.text.startswith(" (", end) or self.words.stop.match(view.text, end + 1)
            return view.cased[at + 1].islower() and (bool(ends) or view.text.endswith(_UPWARD, 0, at))
        return self.words.place.match(view.text, at) is not None

    def _joined_end(self, view: TextView, first: re.Match[str]) -> int:
        """Return the end of the nouns that stand side by side in one collective: "sở, ban, ngành"."""
        words, text = self.words, view.text
        end, last = first.end(), first.group()
        while last in words.joined and (separator := _GROUP_SEPARATOR.match(text, end)):
            noun = self._noun(text, separator.end())
            if noun is None or noun.group() not in words.joined or (separator.group() == " " and noun.group() not in words.close):
                break
            if words.look_alike.match(text, noun.start()) or (separator.group() == " và " and last.endswith(_WHOLE)):
                break
            if self.starts_unit(view, noun.start()) and not self._unnamed(view, noun):
                break
            longer = words.candidate.match(text, noun.start())
            if longer and longer.end() > noun.end() and not text.startswith(_MANAGES, noun.end()):
                if not words.noun.fullmatch(longer.group()):
                    break
                end, last = longer.end(), noun.group()  # "đơn vị sự nghiệp, doanh nghiệp nhà nước"
                continue
            end, last = noun.end(), noun.group()
        return end

    def _unnamed(self, view: TextView, noun: re.Match[str]) -> bool:
        """Whether the head of a unit stands in a collective without a name: "các huyện ủy, thành ủy", "các phòng, trung tâm, đơn vị"."""
        words, end = self.words, noun.end()
        head = words.heads.get(noun.group())
        if head is None or head.tail != "name":
            return False
        if not view.text.startswith(" ", end):
            return True
        if view.cased[end + 1 : end + 2].isupper() or words.place.match(view.text, end + 1):
            return False
        if words.name_word.match(view.text, end + 1) is None or words.stop.match(view.text, end + 1) is not None:
            return True
        return words.rank.match(view.text, end) is not None  # "các tập đoàn, tổng công ty nhà nước"

    # -- what may follow a collective or a post ------------------------------------------------------------------------------

    def _charge_end(self, view: TextView, charge: re.Match[str]) -> int:
        """Return the end of what somebody is in charge of; "phụ trách địa bàn thường xuyên kiểm tra": of an area, and what he does."""
        acts = " " in charge.group().strip().removeprefix("phụ trách") and self.words.stop.match(view.text, charge.end() + 1)
        return charge.end() if acts else self.run(view, charge.end(), small=True)

    def _office_end(self, view: TextView, match: re.Match[str]) -> int:
        """Return the end of the office whose head noun ends the post: "Trưởng phòng Tài nguyên và Môi trường", "Trưởng ban Dân vận"."""
        end = match.end()
        if not match.group("n").endswith(_OFFICES) or not view.text.startswith(" ", end):
            return end
        if view.cased[end + 1 : end + 2].isupper() and (field := self.words.field.match(view.text, end + 1)):
            return field.end()
        return end if self.starts_unit(view, end + 1) else self.run(view, end)
