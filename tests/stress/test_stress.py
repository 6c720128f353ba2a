"""A directive written in another way is the same directive."""

import pytest

from models import Span
from tests.stress.keeping import FIELDS, compare
from tests.stress.rewriting import Edit, Piece, compose, rewrite
from tests.stress.samples import Sample, Variant, clean_rows, measure, read_samples
from tests.stress.sets import FALL, KEPT, SETS


@pytest.fixture(scope="module")
def samples() -> tuple[Sample, ...]:
    return read_samples()


@pytest.mark.parametrize("name", [name for name, one in SETS.items() if one.exact])
def test_what_a_directive_says_stays_when_it_is_written_in_another_way(name: str, samples: tuple[Sample, ...]) -> None:
    kept = measure(SETS[name].make, samples)
    below = {field: round(kept.share(field), 3) for field in FIELDS if kept.share(field) < KEPT}
    assert not below, "\n".join(kept.lost[:40])


@pytest.mark.parametrize("name", [name for name, one in SETS.items() if not one.exact])
def test_misread_letters_cost_little(name: str, samples: tuple[Sample, ...]) -> None:
    before, after = clean_rows(SETS[name].make, samples)
    assert after > before - FALL


@pytest.mark.parametrize("name", SETS)
def test_each_set_writes_directives_anew_and_always_alike(name: str, samples: tuple[Sample, ...]) -> None:
    changed = 0
    for sample in samples:
        once, again = list(SETS[name].make(sample)), list(SETS[name].make(sample))
        assert [v.rewriting.text for v in once] == [v.rewriting.text for v in again]
        changed += sum(v.rewriting.text != sample.text or v.raw is not None for v in once)
    assert changed


# -- the measure notices what is lost -----------------------------------------------------------------------------------------


def _kept(sample: Sample, text: str) -> dict[str, float]:
    """Return what is kept of ``sample`` by a result of ``text`` that is said to be the same, letter for letter."""
    same = Variant(rewrite(sample.text, [Edit(0, len(sample.text), text)] if len(text) != len(sample.text) else ()))
    result = Variant(rewrite(text, ())).read(f"{sample.name}.txt")
    rewriting = same.rewriting if same.rewriting.text == text else compose(text, [Piece(0, len(text))])
    return dict(compare(sample.result, result, rewriting).shares())


def test_the_same_text_keeps_everything(samples: tuple[Sample, ...]) -> None:
    for sample in samples:
        assert set(_kept(sample, sample.text).values()) == {1.0}


@pytest.mark.parametrize(
    ("words", "others", "field"),
    [
        ("Phòng Nội vụ", "Phòng Tư pháp", "rows"),
        ("06/11/2020", "08/11/2020", "deadlines"),
        ("100%", "200%", "targets"),
        ("2865/QĐ-UBND", "2866/QĐ-UBND", "citations"),
        ("\n\n- Phân", "\n\n+ Phân", "parents"),
    ],
)
def test_another_unit_date_number_or_place_is_a_loss(words: str, others: str, field: str, samples: tuple[Sample, ...]) -> None:
    assert len(words) <= len(others) + 1
    sample = next(s for s in samples if words in s.text)
    assert _kept(sample, sample.text.replace(words, others.ljust(len(words))))[field] < 1.0


def test_a_text_read_as_another_keeps_nothing(samples: tuple[Sample, ...]) -> None:
    sample = samples[0]
    variant = Variant(rewrite(sample.text, ()), raw=sample.text[:500].encode())
    kept = compare(sample.result, variant.read(sample.name), variant.rewriting)
    assert set(kept.shares().values()) == {0.0}


def test_a_rewriting_knows_where_words_went() -> None:
    text = "A, B và C"
    swapped = compose(text, [Piece(3, 4), Piece(1, 3), Piece(0, 1), Piece(4, 8), Piece(8, 9, "CC")])
    assert swapped.text == "B, A và CC"
    assert swapped.span(Span(0, 1)).cut(swapped.text) == "A"
    assert swapped.span(Span(0, 4)).cut(swapped.text) == "B, A"
    assert swapped.span(Span(8, 9)).cut(swapped.text) == "CC"
    assert swapped.touches(Span(8, 9))
    assert not swapped.touches(Span(0, 4))
