"""The few closed lists of words the engine speaks, each in order from least to most serious."""

from typing import Final, Literal, get_args

Route = Literal["undetermined", "universal", "gateway", "cadt"]
Duty = Literal["undetermined", "universal", "early_help", "s17", "s47"]
Severity = Literal["mild", "moderate", "severe"]
Duration = Literal["once", "weeks", "months", "years"]
Consent = Literal["given", "refused", "not_sought"]
Dash = Literal["standard", "medium", "high"]
Dara = Literal["standard", "medium", "high"]
Exploitation = Literal["low", "medium", "high"]

ROUTES: Final[tuple[Route, ...]] = get_args(Route)
DUTIES: Final[tuple[Duty, ...]] = get_args(Duty)
SEVERITIES: Final[tuple[Severity, ...]] = get_args(Severity)
DURATIONS: Final[tuple[Duration, ...]] = get_args(Duration)
CONSENTS: Final[tuple[Consent, ...]] = get_args(Consent)
DASH_GRADES: Final[tuple[Dash, ...]] = get_args(Dash)
DARA_GRADES: Final[tuple[Dara, ...]] = get_args(Dara)
EXPLOITATION_GRADES: Final[tuple[Exploitation, ...]] = get_args(Exploitation)

DASH_MAXIMUM: Final = 27
"""Questions in the police form of DASH (2009); the SafeLives form has 24, so its scores fit too."""

SERVICES: Final[dict[Route, str]] = {"universal": "Universal services", "gateway": "Gateway", "cadt": "CADT"}
"""The service that each route leads to, where an authority gives it no name of its own."""

ROUTE_RANK: Final[dict[str, int]] = {route: rank for rank, route in enumerate(ROUTES)}
DUTY_RANK: Final[dict[str, int]] = {duty: rank for rank, duty in enumerate(DUTIES)}
DURATION_RANK: Final[dict[str | None, int]] = {None: -1, **{word: rank for rank, word in enumerate(DURATIONS)}}
