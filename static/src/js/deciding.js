// Our words for the referrer follow the level and the agreement that are chosen, until somebody changes them. Without
// this file they follow when the decision is sent. Enter on an answer does nothing; without this file the page says so.
const plain = (text) => text.split(/\s+/).filter(Boolean).join(" ");

for (const form of document.querySelectorAll("[data-deciding]")) {
  const boxes = [...form.querySelectorAll("textarea[data-drafts]")].map((box) => ({ box, ...JSON.parse(box.dataset.drafts) }));
  const chosen = (name) => form.querySelector(`input[name=${name}]:checked`)?.value ?? "";
  const follow = () => {
    const place = `${chosen("level")}|${chosen("agreement")}`;
    for (const { box, texts, which } of boxes)
      if (texts.some((text) => plain(text) === plain(box.value))) box.value = texts[which[place]] ?? box.value;
  };
  form.addEventListener("change", follow);
  form.querySelector("[data-deciding-nothing]")?.addEventListener("click", (event) => event.preventDefault());
  follow();
}
