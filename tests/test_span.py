import pytest
from pydantic import ValidationError

from models import Mention, Span


def test_a_model_takes_a_span_as_it_is() -> None:
    span = Span(3, 8)
    mention = Mention(role="lead", name="Sở Y tế", unit_id="so-y-te", span=span)
    assert mention.span is span
    assert mention.span.cut("Do Sở Y tế chủ trì") == "Sở Y "


def test_a_span_that_is_read_is_a_span_again() -> None:
    mention = Mention(role="lead", name="Sở Y tế", unit_id="so-y-te", span=Span(3, 10))
    assert '"span":[3,10]' in mention.model_dump_json()
    for read in (Mention.model_validate_json(mention.model_dump_json()), Mention.model_validate(mention.model_dump())):
        assert read == mention
        assert isinstance(read.span, Span)


@pytest.mark.parametrize("wrong", ["null", '"3-10"', "[3]", "[3, 10, 12]", '["ba", 10]'])
def test_what_is_no_span_is_refused(wrong: str) -> None:
    with pytest.raises(ValidationError):
        Mention.model_validate_json(f'{{"role": "lead", "name": "Sở Y tế", "unit_id": "so-y-te", "span": {wrong}}}')
