"""What every field shares: label, hint, error message, and how it becomes a GOV.UK component."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.safestring import SafeString

from mash.govuk.components import component

if TYPE_CHECKING:
    from django.forms.boundfield import BoundField
else:
    from django.forms import BoundField


class GovukBoundField(BoundField):
    """A field on a form: printed in a template it is the whole component, label and error included."""

    def render(
        self, template_name: str | None = None, context: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        return self.field.render(self) if isinstance(self.field, GovukField) else super().render()

    def __str__(self) -> SafeString:
        return self.as_widget() if self.is_hidden else self.render()

    __html__ = __str__


class GovukField(forms.Field):
    """Options shared by all fields.

    `label` and `hint` are plain words; `label_size` is s, m, l, xl or "" (regular weight); `page_heading` makes the
    label the page's h1; `missing` is the message when nothing was entered; a field that is not required says
    "(optional)" unless `mark_optional` is False; `width` is 2, 3, 4, 5, 10, 20 or a fraction such as "one-half";
    `subject` is how messages name the answer where several on a page share a label: "First name of child 2".
    `nothing` is what a field gives when the answer that reveals it was not chosen.
    """

    bound_field_class = GovukBoundField
    macro = "input"
    verb = "Enter"
    nothing: Any = ""

    def __init__(
        self,
        *,
        hint: str = "",
        label_size: str = "s",
        page_heading: bool = False,
        missing: str = "",
        subject: str = "",
        mark_optional: bool = True,
        width: str | int = "",
        classes: str = "",
        attributes: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.hint = hint
        self.label_size = "l" if page_heading and label_size == "s" else label_size
        self.page_heading = page_heading
        self.subject = subject or as_subject(str(self.label or "Your answer"))
        self.mark_optional = mark_optional
        self.width = str(width)
        self.classes = classes
        self.attributes = attributes
        if self.required:
            self.error_messages["required"] = missing or f"{self.verb} {as_object(str(self.label or 'an answer'))}"

    def render(self, bound: BoundField) -> SafeString:
        """The markup of the whole component for this field on its form."""
        return component(self.macro, self.params(bound))

    def params(self, bound: BoundField) -> dict[str, Any]:
        """The component's parameters, in the words of the GOV.UK design system."""
        return {
            "id": bound.auto_id,
            "name": bound.html_name,
            "label": self.heading(bound, "label"),
            "hint": text_of(self.hint),
            "errorMessage": text_of(first_error(bound)),
            "classes": " ".join(filter(None, [self.width_class("input"), self.classes])) or None,
            "attributes": self.attributes,
        }

    def heading(self, bound: BoundField, kind: str) -> dict[str, Any]:
        """The label or legend, marked "(optional)" when nobody has to answer."""
        optional = " (optional)" if self.mark_optional and not self.required else ""
        return {
            "text": f"{bound.label}{optional}",
            "classes": f"govuk-{'fieldset__legend' if kind == 'legend' else 'label'}--{self.label_size}"
            if self.label_size
            else None,
            "isPageHeading": self.page_heading or None,
        }

    def width_class(self, kind: str) -> str:
        """GOV.UK's class for the width."""
        if not self.width:
            return ""
        return f"govuk-{kind}--width-{self.width}" if self.width.isdigit() else f"govuk-!-width-{self.width}"

    def anchor(self, bound: BoundField) -> str:
        """The id that the error summary leads to."""
        return str(bound.auto_id)


def text_of(words: str) -> dict[str, str] | None:
    """A component's text, or nothing; markup is kept only when it was marked safe."""
    if not words:
        return None
    return {"html": words} if hasattr(words, "__html__") else {"text": words}


def first_error(bound: BoundField) -> str:
    """The one message shown beside the field: the same words as in the summary."""
    errors = bound.errors
    return as_line(str(errors[0])) if errors else ""


def as_line(message: str) -> str:
    """An error message as GOV.UK writes one: it ends without a full stop, whoever wrote it (Django and services of
    ours end theirs with one). What trails off in three dots keeps them."""
    return message[:-1] if message.endswith(".") and not message.endswith("..") else message


def as_object(label: str) -> str:
    """A label inside a sentence: "Given name" becomes "given name"; "NHS number" keeps its capitals."""
    words = label.rstrip("?").strip()
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def as_subject(label: str) -> str:
    """A label at the head of a sentence; a question becomes: Your answer to “What happened?”."""
    return f"Your answer to “{label}”" if label.endswith("?") else label
