/* Choosing a township without leaving the page: the page for it, in a dialog. */
"use strict";

(() => {
  const dialog = document.getElementById("township-dialog");
  const box = document.getElementById("q");
  let isWaiting = false; // Enter came before the townships did

  /* Where to go back to: what was typed but not asked yet is asked there. */
  function back() {
    const typed = box?.value.trim();
    if (!typed || typed === box.defaultValue.trim()) return location.pathname + location.search;
    return `/search?${new URLSearchParams({ q: typed })}`;
  }

  async function open(link) {
    const filter = document.querySelector("#main .choose .list-filter");
    if (filter) return filter.focus(); // this is the page for it
    // The field is there at once, so that nothing typed is lost while the list is on its way.
    const field = document.createElement("input");
    Object.assign(field, { type: "search", className: "list-filter", autocomplete: "off", ariaLabel: "找乡镇" });
    field.dataset.filters = "choices";
    const choose = document.createElement("section");
    choose.className = "choose";
    choose.append(field);
    dialog.replaceChildren(choose);
    isWaiting = false;
    dialog.showModal();
    field.focus();
    try {
      const { page } = await dutySearch.fetchPage(`/township?back=${encodeURIComponent(back())}`);
      const fresh = document.adoptNode(page.querySelector(".choose"));
      field.placeholder = fresh.querySelector(".list-filter").placeholder;
      field.before(...fresh.querySelectorAll("h1, .hint"));
      field.after(fresh.querySelector("form"));
      field.dispatchEvent(new Event("input", { bubbles: true }));
      if (isWaiting) chooseFirst(choose);
    } catch (error) {
      dialog.close();
      if (error.name === "TypeError") dutySearch.tell("连不上服务器，请检查网络后再试");
      else location.assign(link.href);
    }
  }

  const visibleButtons = (choose) => [...choose.querySelectorAll("button")].filter(dutySearch.isVisible);

  function chooseFirst(choose) {
    if (choose.querySelector(".list-filter").value.trim()) visibleButtons(choose)[0]?.click();
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("#place");
    if (!link || !dutySearch.isPlainClick(event)) return;
    event.preventDefault();
    if (!dialog.open) open(link);
  });

  document.addEventListener("submit", (event) => {
    if (event.target.id === "forget-township") event.submitter.value = back();
  });

  document.addEventListener("keydown", (event) => {
    const choose = event.target.closest(".choose");
    if (!choose || dutySearch.isComposing(event)) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      const buttons = visibleButtons(choose);
      const next = buttons.indexOf(document.activeElement) + step;
      (next < 0 ? choose.querySelector(".list-filter") : buttons[Math.min(next, buttons.length - 1)])?.focus();
    } else if (event.key === "Enter" && event.target.matches(".list-filter")) {
      event.preventDefault();
      isWaiting = true;
      chooseFirst(choose);
    }
  });
})();
