/* A box over a long list that leaves what contains the typed text, pinyin included where the list brings it. */
"use strict";

document.addEventListener("input", (event) => {
  const box = event.target.closest(".list-filter");
  if (!box || event.isComposing) return;
  const list = document.getElementById(box.dataset.filters);
  if (!list) return; // it is still on its way
  const wanted = box.value.trim().toLowerCase();
  for (const item of list.querySelectorAll("li")) {
    const option = item.querySelector("a, button");
    const keys = option.dataset.keys ?? (option.querySelector(".label") ?? option).textContent;
    item.hidden = !keys.toLowerCase().includes(wanted);
  }
  list.toggleAttribute("data-empty", !list.querySelector("li:not([hidden])"));
  for (const details of list.querySelectorAll("details")) details.open = wanted !== "";
  for (const heading of list.querySelectorAll("h2")) {
    heading.hidden = ![...(heading.nextElementSibling?.children ?? [])].some((item) => !item.hidden);
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches(".list-filter") || event.defaultPrevented) return;
  const list = document.getElementById(event.target.dataset.filters);
  if (dutySearch.isComposing(event) || !list || !event.target.value.trim()) return;
  event.preventDefault();
  list.querySelector("li:not([hidden]) a")?.click();
});

document.addEventListener("compositionend", (event) => {
  if (event.target.closest(".list-filter")) event.target.dispatchEvent(new Event("input", { bubbles: true }));
});
