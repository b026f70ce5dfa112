"""What every address of the API is: a rule, a door, and JSON both ways."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db.models import Model
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from mash.access.bodies import StrictJson
from mash.access.rules import Rule


class OnlyJson(BaseContentNegotiation):
    """We speak JSON whatever was asked for: a worry about a child is not refused for an Accept header."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        """The parser of the body's type; None makes a 415."""
        given = request.content_type.partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == given), None)

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """The only one."""
        renderer = next(iter(renderers))
        return renderer, str(renderer.media_type)


class Endpoint(APIView):
    """One address of the API. Its rule says who may, by which methods, and through which door.

    With a door, `row` is what the address names: 404 when it is not the caller's. Showing it is written down under the
    name `shows`. Only the rule's methods exist: HEAD would count as a reading of what nobody was shown.
    """

    access_rule: ClassVar[Rule]
    shows: ClassVar[str] = ""
    row: Any
    parser_classes = [StrictJson]
    content_negotiation_class = OnlyJson
    metadata_class = None

    def __init_subclass__(cls) -> None:
        cls.http_method_names = [method.lower() for method in cls.access_rule.methods]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """After the key and its scopes, the door."""
        super().initial(request, *args, **kwargs)
        rule = self.access_rule
        self.row = rule.door(request.user, kwargs[rule.kwarg]) if rule.door else None

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Response:
        """A row that was shown is a reading; if it cannot be written down, nothing is shown."""
        from mash.audit import events  # models are not ready when an app's package is first imported

        row = getattr(self, "row", None)
        if isinstance(row, Model) and response.status_code == 200:
            by: Any = request.user
            events.read(by=by, what=self.shows, about=row)
        return super().finalize_response(request, response, *args, **kwargs)
