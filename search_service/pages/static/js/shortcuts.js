/* The keys of a working day. They never act while somebody types or composes, and can be switched off. */
"use strict";

(() => {
  const KEPT = "duty-search-shortcuts";
  const dialog = document.getElementById("shortcuts");
  const box = document.getElementById("q");
  const toggle = document.getElementById("shortcuts-on");

  try {
    toggle.checked = localStorage.getItem(KEPT) !== "off";
  } catch {
    // no storage allowed: the keys stay on
  }
  const showWhetherOn = () => document.documentElement.classList.toggle("keys-off", !toggle.checked);
  showWhetherOn();
  toggle.addEventListener("change", () => {
    showWhetherOn();
    try {
      localStorage.setItem(KEPT, toggle.checked ? "on" : "off");
    } catch {
      // it lasts as long as the page
    }
  });

  // A Chinese keyboard may give full-width marks for the same keys.
  const ACTIONS = {
    "/": focusBox, "、": focusBox, "？": showKeys, "?": showKeys,
    ArrowDown: () => moveTo(1), ArrowUp: () => moveTo(-1),
    c: () => press("[data-copy]"), t: () => press("#place"), a: showOthers,
  };

  function focusBox() {
    box?.focus();
    box?.select();
  }

  function showKeys() {
    dialog.showModal();
  }

  function press(selector) {
    document.querySelector(selector)?.click();
  }

  function showOthers() {
    const others = document.getElementById("others");
    if (!others) return;
    others.open = true;
    others.querySelector("a").focus();
  }

  const items = () => [...document.querySelectorAll("[data-item]")].filter(dutySearch.isVisible);

  function moveTo(step) {
    const all = items();
    const here = all.indexOf(document.activeElement);
    const next = here < 0 && step < 0 ? -1 : here + step;
    if (next < 0) return focusBox();
    all[Math.min(next, all.length - 1)]?.focus();
  }

  /* What a key means: its letter, or its place on the keyboard where an input method keeps the letter to itself. */
  function meaning(event) {
    if (event.key !== "Process") return event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (event.code === "Slash") return event.shiftKey ? "?" : "/";
    return event.code.replace("Key", "").toLowerCase();
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    const key = meaning(event);
    if (dialog.open && "?？".includes(key)) return dialog.close();
    if (document.querySelector("dialog[open]")) return;
    if (event.target === box) return inBox(event);
    if (dutySearch.isTyping(event)) return;
    const isArrow = key.startsWith("Arrow");
    if (!ACTIONS[key] || !(isArrow || toggle.checked || "?？".includes(key))) return;
    if (isArrow && (event.target.closest("[tabindex='0'], textarea") || !items().length)) return;
    event.preventDefault();
    ACTIONS[key]();
  });

  function inBox(event) {
    if (dutySearch.isComposing(event)) return;
    const isWhole = box.selectionStart === 0 && box.selectionEnd === box.value.length;
    if (event.key === "/" && isWhole && toggle.checked) {
      event.preventDefault(); // who presses it out of habit is here already; no question begins with it
    } else if (event.key === "ArrowDown" && items().length) {
      event.preventDefault();
      items()[0].focus();
    } else if (event.key === "Escape") {
      event.preventDefault();
      (document.getElementById("answer") || document.getElementById("main")).focus({ preventScroll: true });
    }
  }

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-open=shortcuts]")) showKeys();
    else if (event.target.tagName === "DIALOG" && isBeside(event.target, event)) event.target.close();
  });

  /* Whether a click on a dialog was one on its backdrop, not on its own empty space. */
  function isBeside(dialog, { clientX, clientY }) {
    const { left, right, top, bottom } = dialog.getBoundingClientRect();
    return clientX < left || clientX > right || clientY < top || clientY > bottom;
  }
})();
