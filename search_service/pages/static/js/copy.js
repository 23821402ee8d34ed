/* Copying the dispatch note, and printing. */
"use strict";

(() => {
  const SHOWN = 2500; // ms that the button says what happened

  async function copy(area) {
    if (navigator.clipboard && isSecureContext) {
      try {
        await navigator.clipboard.writeText(area.value);
        return true;
      } catch {
        // refused by the browser: the old way may still do
      }
    }
    // Many offices serve this without TLS, where browsers offer no clipboard: select and copy.
    const before = document.activeElement;
    const hidden = document.createElement("textarea");
    hidden.value = area.value;
    hidden.className = "visually-hidden";
    document.body.append(hidden);
    hidden.select();
    const done = document.execCommand("copy");
    hidden.remove();
    before?.focus({ preventScroll: true });
    return done;
  }

  function say(button, text) {
    const label = button.dataset.label ?? button.innerHTML;
    button.dataset.label = label;
    button.style.minWidth = `${button.getBoundingClientRect().width}px`; // what stands beside it stays
    button.textContent = text;
    dutySearch.announce(text);
    setTimeout(() => (button.innerHTML = label), SHOWN);
  }

  document.addEventListener("click", async (event) => {
    if (event.target.closest("[data-print]")) return print();
    const button = event.target.closest("[data-copy]");
    if (!button || dutySearch.isLoading()) return; // what is still shown answers the question before
    const area = document.getElementById(button.dataset.copy);
    if (await copy(area)) return say(button, "已复制 ✓");
    area.closest("details").open = true;
    area.focus();
    area.select();
    say(button, "请按 Ctrl+C");
  });
})();
