"""Going through a page with the Tab key alone, and telling what somebody without a mouse would meet."""

from playwright.sync_api import Page

# A box for a day or a time takes the Tab key for each of its parts.
PARTS = 24
# What can take the focus, in the order of the document (of radio buttons one: the chosen, or the first), and how each
# looks before it does. `said` is filled as the focus moves.
BEGIN = """(part) => {
  const named = (at) =>
    (at.labels?.[0] ?? at).textContent.trim().replace(/\\s+/g, " ").slice(0, 60) || at.outerHTML.slice(0, 80);
  const parts = (at) => [at, ...(at.labels ?? [])].flatMap((one) => ["", "::before", "::after"].map((part) => {
    const look = getComputedStyle(one, part);
    return [look.outlineStyle, look.outlineWidth, look.boxShadow, look.backgroundColor, look.borderColor].join();
  })).join("|");
  const first = (at, _place, all) => {
    if (at.type !== "radio") return true;
    const group = all.filter((other) => other.type === "radio" && other.name === at.name && other.form === at.form);
    return at === (group.find((other) => other.checked) ?? group[0]);
  };
  const stops = [...part.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")]
    .filter((at) => at.tabIndex >= 0 && !at.disabled && at.type !== "hidden")
    .filter((at) => at.checkVisibility({visibilityProperty: true}))
    .filter(first);
  const before = new Map(stops.map((at) => [at, parts(at)]));
  const covered = (at) => {
    const box = at.getBoundingClientRect();
    const met = [0.1, 0.5, 0.9].flatMap((across) => [0.1, 0.5, 0.9].map((down) =>
      document.elementFromPoint(box.left + box.width * across, box.top + box.height * down)));
    return !met.some((one) => one && (at.contains(one) || [...(at.labels ?? [])].some((label) => label.contains(one))));
  };
  const walk = {left: stops.map(named), said: []};
  let next = 0;
  if (part !== document.body) part.setAttribute("tabindex", "-1");
  part.focus();
  document.addEventListener("focusin", ({target}) => {
    if (target !== stops[next]) walk.said.push(`came to ${named(target)}, not to ${walk.left[0] ?? "the end"}`);
    if (before.get(target) === parts(target)) walk.said.push(`${named(target)}: nothing shows the focus`);
    if (covered(target)) walk.said.push(`${named(target)}: covered, or not in the window`);
    next = stops.indexOf(target) + 1;
    walk.left = stops.slice(next).map(named);
  });
  window.walk = walk;
  return stops.length;
}"""


def stops_on(page: Page, part: str = "body") -> int:
    """Press Tab from the top of the page, or of a part of it, to its end, and count the stops.

    Each thing that can take the focus takes it, once and in the order of the document, shows that it has it, and is
    not covered by anything (WCAG 2.1.1, 2.1.2, 2.4.3, 2.4.7, 2.4.11); nothing else takes it.
    """
    count: int = page.locator(part).evaluate(BEGIN)
    for _ in range(count):
        page.keyboard.down("Tab")
    for _ in range(PARTS):
        if not page.evaluate("walk.left.length"):
            break
        page.keyboard.down("Tab")
    page.keyboard.up("Tab")
    said: list[str] = page.evaluate("[...walk.said, ...walk.left.map((one) => `never came to ${one}`)]")
    assert not said, f"{page.title()}, {page.url}:\n" + "\n".join(said)
    return count
