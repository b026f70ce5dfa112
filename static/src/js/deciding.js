// Our words for the referrer follow the level and the agreement that are chosen, until somebody changes them; for a child
// who goes another way, the way chosen for that child as well. Without this file they follow when the decision is sent. Enter on an answer does nothing; without this file the page says so.
const plain = (text) => text.split(/\s+/).filter(Boolean).join(" ");

for (const form of document.querySelectorAll("[data-deciding]")) {
  const boxes = [...form.querySelectorAll("textarea[data-drafts]")].map((box) => ({ box, ...JSON.parse(box.dataset.drafts) }));
  const chosen = (name) => form.querySelector(`input[name=${name}]:checked`)?.value ?? "";
  const ours = (box, texts) => texts.some((text) => plain(text) === plain(box.value));
  const place = (level) => `${chosen(level)}|${chosen("agreement")}`;
  const ofChildren = form.querySelectorAll("textarea[data-drafts-for]");
  const followChild = (box) => {
    const child = box.dataset.draftsFor;
    const way = boxes.find((one) => one.box.name === `words_${chosen(`way_${child}`)}`);
    if (way && (!plain(box.value) || boxes.some(({ texts }) => ours(box, texts))))
      box.value = way.texts[way.which[place(`level_${child}`)]] ?? box.value;
  };
  const follow = () => {
    for (const { box, texts, which } of boxes)
      if (ours(box, texts)) box.value = texts[which[place("level")]] ?? box.value;
    ofChildren.forEach(followChild);
  };
  form.addEventListener("change", follow);
  form.querySelector("[data-deciding-nothing]")?.addEventListener("click", (event) => event.preventDefault());
  follow();
}
