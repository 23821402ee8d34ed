/* What the other scripts share: who is typing, what is visible, and what is said to a screen reader. */
"use strict";

const dutySearch = {
  /* Chinese is typed through an input method: while it composes, every key belongs to it. */
  isComposing: (event) => event.isComposing || event.keyCode === 229,

  isTyping: (event) =>
    event.target.closest("input:not([type=checkbox]), textarea:not([readonly]), select, [contenteditable]") !== null,

  isPlainClick: (event) => !(event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey),

  isLoading: () => document.documentElement.classList.contains("loading"),

  /* What stands in a closed list has a place as well: browsers that can say so are asked. */
  isVisible: (element) => element.checkVisibility?.() ?? element.getClientRects().length > 0,

  announce(text) {
    document.getElementById("announcement").textContent = text;
  },

  /* Say it to everybody: a line at the foot of the window that goes away again. */
  tell(text) {
    const line = document.getElementById("told");
    line.textContent = text;
    line.hidden = false;
    clearTimeout(dutySearch.telling);
    dutySearch.telling = setTimeout(() => (line.hidden = true), 6000);
    dutySearch.announce(text);
  },

  /* Fetch a page of this site and return its document; throws where there is none. */
  async fetchPage(address, signal) {
    const response = await fetch(address, { signal, headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (!page.getElementById("main")) throw new Error("not a page of this site");
    return { page, address: response.url };
  },
};
