"""The parts of the forms that a screen has of its own, and what stands where nothing is yet."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from dutydesk.kernel.forms import Field, Form
from dutydesk.web.fields import FilledField

register = template.Library()
_SAID = ("kind", "hint", "required", "value")


@register.inclusion_tag("parts/field.html", takes_context=True)
def field(
    context: dict[str, Any], name: str, label: str = "", of: str = "", row: int = 0, **more: Any
) -> dict[str, Any]:
    """Show one field, as the fields of every form look, with what was typed, and what is wrong.

    The screen's `forms` say what it is, by the form's name, which is `of` where a screen has
    several, and `row` is the number of the row whose form it is, where each has one; else, or
    otherwise, it is said here: `kind`, `hint`, `required`, `options` and `value` are what they are
    of a `Field`; an option may be a thing with a key and a name, and `anything` is the option that
    is none of them. `input` is its type, `rows` are those of a long text; whatever else is said
    are attributes of the input. Times are typed in the reader's zone, else in the team's.
    """
    typed, faults = context.get("typed") or {}, context.get("faults") or {}
    if of and typed.get("what") != of:
        typed, faults = {}, {}
    form = (context.get("forms") or {}).get(of)
    if row and form and not _is_of_row(form, typed, row):
        typed, faults = {}, {}
    found = _described(form.field(name) if form else Field(name, label), more)
    zone: Any = context.get("reader_zone") or context.get("zone")  # None while there is no process.
    # A box that isn't ticked is not sent.
    usual = "" if found.kind == "flag" and typed else found.filled_in(zone)
    shown = FilledField(
        found,
        str(typed.get(name, usual)),
        fault=faults.get(name),
        key="-".join(filter(None, (of, name, str(row or "")))) if of else "",
        type=more.pop("input", ""),
        rows=more.pop("rows", 6),
        more=more,
    )
    return {"shown": shown, "zone": zone}


def _is_of_row(form: Form, typed: dict[str, Any], row: int) -> bool:
    """Say if what was typed is of the form that a row's own number goes along with."""
    numbers = (typed.get(one.name) for one in form.fields if one.kind == "hidden")
    return str(row) in numbers


def _described(found: Field, more: dict[str, Any]) -> Field:
    """Give the field with what the screen says of it, which is taken out of `more`."""
    said: dict[str, Any] = {name: more.pop(name) for name in _SAID if name in more}
    if isinstance(said.get("value"), int):
        said["value"] = str(said["value"])  # As it is typed and sent.
    if "options" in more or "anything" in more:
        said["options"] = tuple(_options(more.pop("options", ()), more.pop("anything", "")))
    return replace(found, **said)


def _options(given: Iterable[Any], anything: str) -> list[tuple[str, str]]:
    pairs = [("", anything)] if anything else []
    for one in given:
        pairs.append(one if isinstance(one, tuple) else (str(one.pk), one.name))
    return pairs


@register.simple_block_tag(takes_context=True)
def folded_form(
    context: dict[str, Any], content: str, what: str, summary: str, submit: str = "Save"
) -> SafeString:
    """Show a form under a fold, which is open again if what was typed into it was refused."""
    typed = context.get("typed") or {}
    refused = context.get("refusal") is not None and typed.get("what") == what
    return _part(
        "folded_form",
        context,
        fields=content,
        what=what,
        summary=summary,
        submit=submit,
        open=refused,
    )


@register.simple_block_tag(takes_context=True)
def confirm(
    context: dict[str, Any], content: str, key: str, summary: str, title: str, kind: str = ""
) -> SafeString:
    """Show a button that opens a dialog, in which a form does what can't be undone, or can't well.

    `key` names the dialog on its screen; the content is the form. It works without a script.
    """
    return _part("confirm", context, form=content, key=key, summary=summary, title=title, kind=kind)


@register.simple_block_tag
def nothing(content: str) -> SafeString:
    """Show what will be here and how it comes here, where nothing is yet."""
    return SafeString(render_to_string("parts/nothing.html", {"says": content}))


def _part(name: str, context: dict[str, Any], **shown: Any) -> SafeString:
    shown["csrf_token"] = context.get("csrf_token")
    return SafeString(render_to_string(f"parts/{name}.html", shown))
