"use strict";
(() => {
  const form = document.getElementById("filters");
  const changes = [...document.querySelectorAll("[data-change]")].map((element) => {
    const group = element.closest(".group");
    const page = element.closest(".page");
    const context = (group?.querySelector("h4")?.textContent ?? "") + " " + (page?.querySelector("h3")?.textContent ?? "");
    return {
      element,
      kind: element.dataset.kind,
      impacts: element.dataset.impact.split(" "),
      text: (element.textContent + " " + context).toLowerCase(),
    };
  });
  const containers = [...document.querySelectorAll(".group, .page, .noise, main > section")].reverse();
  const shown = document.getElementById("shown");
  const nothing = document.getElementById("nothing");

  const apply = () => {
    const data = new FormData(form);
    const impacts = new Set(data.getAll("impact"));
    const kinds = new Set(data.getAll("kind"));
    const words = String(data.get("search")).toLowerCase().split(/\s+/).filter(Boolean);
    for (const change of changes) {
      change.element.hidden = !(
        kinds.has(change.kind) &&
        change.impacts.some((impact) => impacts.has(impact)) &&
        words.every((word) => change.text.includes(word))
      );
    }
    for (const container of containers) {
      container.hidden = !container.querySelector("[data-change]:not([hidden])");
    }
    // Who searches wants to see what is found, noise too.
    for (const noise of document.querySelectorAll(".noise")) {
      if (words.length) noise.open = true;
    }
    const count = changes.filter((change) => !change.element.hidden).length;
    shown.textContent = `${count} of ${changes.length} shown`;
    nothing.hidden = count > 0 || changes.length === 0;
  };

  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = changes.length === 0;
  apply();
})();
