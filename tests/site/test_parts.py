"""The parts that screens are made of: fields, folded forms, dialogs, charts and empty places."""

from typing import Any

import pytest
from django.template import Context, engines

from testing.screens import squeezed


def shown(template: str, **context: Any) -> str:
    made = engines["django"].from_string(template).template  # type: ignore[attr-defined]
    return squeezed(made.render(Context(context)))


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ({}, "1 day"),
        ({"what": "beat", "every": "2 hours"}, "2 hours"),
        ({"what": "beat", "every": ""}, ""),
        ({"what": "beat"}, "1 day"),
        ({"what": "another", "every": "2 hours"}, "1 day"),
    ],
)
def test_a_field_shows_what_was_typed_into_its_own_form(typed: dict[str, str], value: str) -> None:
    page = shown('{% field "every" "How often?" "beat" value="1 day" %}', typed=typed)
    assert '<label for="f-beat-every">How often?</label>' in page
    assert f'id="f-beat-every" name="every" type="text" value="{value}" required' in page


@pytest.mark.parametrize(
    ("typed", "ticked"), [({}, True), ({"name": "A"}, False), ({"facing": "yes"}, True)]
)
def test_a_box_stays_as_it_was_left(typed: dict[str, str], ticked: bool) -> None:
    page = shown('{% field "facing" "User-facing" kind="flag" value="yes" %}', typed=typed)
    assert ('value="yes" checked' in page) is ticked


def test_a_field_takes_things_as_options_and_attributes_of_its_input() -> None:
    class Team:
        pk, name = 7, "Courts & co"

    page = shown(
        '{% field "team" "Whose" kind="choice" options=teams anything="Nobody\'s" %}',
        teams=[Team],
        typed={"team": "7"},
    )
    assert '<option value="">Nobody\'s</option>' in page
    assert '<option value="7" selected>Courts &amp; co</option>' in page
    page = shown(
        '{% field "address" "Address" input="url" maxlength=9 placeholder=said %}', said='"'
    )
    assert 'type="url" value="" required maxlength="9" placeholder="&quot;"' in page


def test_a_folded_form_is_open_again_where_it_was_refused() -> None:
    form = '{% folded_form "team" "Add one" %}{% field "name" "Name" "team" %}{% endfolded_form %}'
    assert "<details><summary>Add one</summary>" in shown(form, csrf_token="t")
    refused = shown(form, csrf_token="t", refusal="No.", typed={"what": "team", "name": "<b>"})
    assert "<details open>" in refused and 'value="&lt;b&gt;"' in refused
    assert 'name="csrfmiddlewaretoken" value="t"' in refused
    other = shown(form, csrf_token="t", refusal="No.", typed={"what": "service"})
    assert "<details>" in other


def test_what_cannot_be_undone_is_asked_in_a_dialog() -> None:
    page = shown(
        '{% confirm key="end-1" summary="End…" title=title kind="danger" %}<button>End</button>'
        "{% endconfirm %}",
        title="End <it>",
        csrf_token="t",
    )
    assert '<button class="danger" type="button" popovertarget="end-1">End…</button>' in page
    assert '<h2 id="end-1-title">End &lt;it&gt;</h2>' in page
    assert 'value="t"><button>End</button></form>' in page


def test_an_empty_place_teaches_and_escapes_what_it_names() -> None:
    page = shown("{% nothing %}Ask in {{ channel }}.{% endnothing %}", channel="<ask>")
    assert page == '<div class="nothing">Ask in &lt;ask&gt;.</div>'


def test_a_chart_says_in_words_what_its_bars_show() -> None:
    page = shown('{% chart "Questions" bars "at most 4 a month" 6 %}', bars=[50, 0, 100])
    assert 'viewBox="0 0 3 100"' in page
    assert 'aria-label="Questions: 6, at most 4 a month"' in page
    assert page.count("<rect") == 3
    assert '<rect x="2.1" y="0" width=".8" height="100" />' in page
