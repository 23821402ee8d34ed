/* The builder without reloading: every change asks the server for the page of the new options and takes over what
   is different there. What the lines to copy look like is known in one place, on the server. */
"use strict";

(() => {
  const WAIT = 250; // ms without a change
  const form = document.getElementById("embed-form");
  const preview = document.getElementById("embed-preview");
  let running = null;
  let timer = 0;

  function address() {
    const pairs = [...new FormData(form)].filter(([, value]) => value !== "");
    return `${form.action}?${new URLSearchParams(pairs)}`;
  }

  async function update() {
    running?.abort();
    if (!form.checkValidity()) return;
    const mine = (running = new AbortController());
    try {
      const found = await dutySearch.fetchPage(address(), mine.signal);
      takeOver(found.page);
      history.replaceState(null, "", found.address);
    } catch (error) {
      if (error.name !== "AbortError") location.assign(address());
    }
  }

  function takeOver(page) {
    for (const select of form.querySelectorAll("select")) {
      const fresh = page.querySelector(`#embed-form select[name=${select.name}]`);
      if (select.innerHTML !== fresh.innerHTML) select.replaceChildren(...copies(fresh));
    }
    for (const id of ["embed-notes", "embed-policy"]) {
      const own = document.getElementById(id);
      const fresh = page.getElementById(id);
      if (own.innerHTML !== fresh.innerHTML) own.replaceChildren(...copies(fresh));
    }
    document.getElementById("snippet").value = page.getElementById("snippet").value;
    const fresh = page.getElementById("embed-preview").firstElementChild;
    const own = preview.firstElementChild;
    if (own.localName === fresh.localName) copyAttributes(own, fresh);
    else preview.replaceChildren(document.adoptNode(fresh));
  }

  // Copies: of options taken away one by one the last one left would count as selected.
  const copies = (node) => [...node.childNodes].map((one) => document.importNode(one, true));

  /* The element follows its attributes, so a question asked in it stays. A frame's height is its script's matter. */
  function copyAttributes(own, fresh) {
    for (const name of own.getAttributeNames()) {
      if (name !== "style" && !fresh.hasAttribute(name)) own.removeAttribute(name);
    }
    for (const name of fresh.getAttributeNames()) {
      if (own.getAttribute(name) !== fresh.getAttribute(name)) own.setAttribute(name, fresh.getAttribute(name));
    }
  }

  form.addEventListener("input", (event) => {
    clearTimeout(timer);
    if (!event.isComposing) timer = setTimeout(update, WAIT);
  });
  form.addEventListener("compositionend", () => {
    clearTimeout(timer);
    timer = setTimeout(update, WAIT);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    update();
  });
  document.getElementById("embed-submit").hidden = true; // every change is taken at once
})();
