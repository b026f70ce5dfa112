"""The few drawings of the product, as markup that needs no request."""

from functools import cache

from django.utils.safestring import SafeString, mark_safe

# A storm lantern: ring, cap, glass, flame, base. The flame takes the accent colour from the style sheet.
LANTERN = (
    '<svg class="app-lantern" xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}" viewBox="0 0 32 32" '
    'fill="none" aria-hidden="true" focusable="false">'
    '<circle class="app-lantern__glow" cx="16" cy="17.5" r="13"/>'
    '<path class="app-lantern__frame" d="M12.6 6.4a3.4 3.4 0 0 1 6.8 0" stroke-width="1.8" stroke-linecap="round"/>'
    '<path class="app-lantern__solid" d="M10.8 10.6 13 7h6l2.2 3.6z"/>'
    '<path class="app-lantern__glass" '
    'd="M10.6 11.6h10.8l1.5 4.1a7 7 0 0 1 0 4.8l-1.3 3.4H10.4l-1.3-3.4a7 7 0 0 1 0-4.8z" '
    'stroke-width="1.8" stroke-linejoin="round"/>'
    '<path class="app-lantern__flame" d="M16 13.2c2.2 2.3 3.3 4 3.3 5.6a3.3 3.3 0 0 1-6.6 0c0-1.6 1.1-3.3 3.3-5.6z"/>'
    '<path class="app-lantern__solid" d="M9.6 24.6h12.8l.9 3.4H8.7z"/></svg>'
)
CLOCK = (
    '<svg class="app-clock__face" xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16" '
    'fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" aria-hidden="true" focusable="false">'
    '<circle cx="8" cy="8" r="6.4"/><path d="M8 4.4V8l2.4 1.6"/></svg>'
)


@cache
def lantern_mark(size: int = 32) -> SafeString:
    """The product's mark at `size` pixels."""
    return mark_safe(LANTERN.format(size=int(size)))  # noqa: S308 - our own drawing and a number


@cache
def clock_mark() -> SafeString:
    """The small clock before a due time."""
    return mark_safe(CLOCK)  # noqa: S308 - our own drawing
