"""GOV.UK components, rendered from the packaged macros by one environment that is compiled once.

The package's own `gds_component` tag builds an environment and compiles the macro at each call, which costs
milliseconds per field; here a component costs what its markup costs.
"""

from functools import cache
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from jinja2 import Environment, PackageLoader, PrefixLoader

PACKAGE = "govuk_frontend_jinja"


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PrefixLoader({PACKAGE: PackageLoader(PACKAGE)}),
        autoescape=True,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # The macros indent what they nest, and with it each line that somebody typed in a text area.
    made.filters["indent"] = _as_it_is
    return made


def _as_it_is(text: Any, *_args: Any, **_options: Any) -> Any:
    return text


@cache
def _macro(name: str) -> Any:
    macro = "govuk" + name.title().replace("-", "")
    return getattr(_environment().get_template(f"{PACKAGE}/components/{name}/macro.html").module, macro)


def component(name: str, params: dict[str, Any]) -> SafeString:
    """The markup of the GOV.UK component `name` (such as "date-input"); None in `params` means "not given"."""
    return mark_safe(str(_macro(name)(_without_none(params))).strip())  # noqa: S308 - the macros escape


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_none(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [_without_none(inner) for inner in value]
    return value
