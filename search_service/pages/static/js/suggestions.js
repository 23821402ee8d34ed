/* Completions under the search box: a combobox after the WAI-ARIA pattern "list autocomplete, manual selection". */
"use strict";

(() => {
  const WAIT = 90; // ms without a key before the server is asked
  const LONGEST = 100; // characters: whoever pastes a story wants no completions
  const input = document.getElementById("q");
  const list = document.getElementById("suggestions");
  if (!input) return;

  const known = new Map();
  let running = null;
  let timer = 0;
  let active = -1;

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");

  function close() {
    clearTimeout(timer);
    running?.abort();
    list.hidden = true;
    activate(-1);
    input.setAttribute("aria-expanded", "false");
  }

  function open(suggestions) {
    list.replaceChildren(...suggestions.map(option));
    activate(-1);
    list.hidden = suggestions.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
  }

  function option(suggestion, number) {
    const item = document.createElement("li");
    item.id = `suggestion-${number}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    const text = document.createElement("span");
    text.textContent = suggestion.text;
    const kind = document.createElement("small");
    kind.textContent = suggestion.label;
    item.append(text, kind);
    item.addEventListener("click", () => choose(suggestion.text));
    return item;
  }

  function choose(text) {
    input.value = text;
    close();
    input.form.requestSubmit();
  }

  function move(step) {
    const places = list.children.length + 1; // the box itself is one: the typed text, as it was
    activate(((active + 1 + step + places) % places) - 1);
  }

  function activate(number) {
    const options = [...list.children];
    options[active]?.setAttribute("aria-selected", "false");
    active = number;
    options[active]?.setAttribute("aria-selected", "true");
    options[active]?.scrollIntoView({ block: "nearest" });
    if (active < 0) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", options[active].id);
  }

  async function suggest() {
    const text = input.value.trim();
    running?.abort();
    if (!text || text.length > LONGEST) return close();
    const parameters = new URLSearchParams({ q: text, limit: 8 });
    for (const field of document.querySelectorAll("#kept-filters [name]")) parameters.append(field.name, field.value);
    const address = `/api/v1/suggestions?${parameters}`;
    if (!known.has(address)) {
      const mine = (running = new AbortController());
      try {
        const response = await fetch(address, { signal: mine.signal });
        if (!response.ok) return close();
        known.set(address, (await response.json()).suggestions);
      } catch {
        return; // aborted by the next key, or offline: typing goes on without completions
      }
    }
    if (input.value.trim() === text && document.activeElement === input) open(known.get(address));
  }

  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(suggest, WAIT);
  };
  input.addEventListener("input", (event) => {
    activate(-1); // what is typed now is meant, not what was chosen before
    if (!dutySearch.isComposing(event)) later();
  });
  input.addEventListener("compositionstart", () => clearTimeout(timer));
  input.addEventListener("compositionend", later);
  input.addEventListener("paste", (event) => {
    const room = input.maxLength - input.value.length + (input.selectionEnd - input.selectionStart);
    if ((event.clipboardData?.getData("text") ?? "").length > room)
      dutySearch.tell(`最多 ${input.maxLength} 个字，后面的没有贴进来；请只留要紧的几句`);
  });
  input.addEventListener("blur", close);
  input.form.addEventListener("submit", close);
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the box keeps the focus

  input.addEventListener("keydown", (event) => {
    if (dutySearch.isComposing(event) || list.hidden) return;
    if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp") move(-1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && active >= 0) choose(list.children[active].firstChild.textContent);
    // The caret moves: what the box holds is meant again, not what was chosen below it.
    else return void (/^(ArrowLeft|ArrowRight|Home|End)$/.test(event.key) && activate(-1));
    event.preventDefault();
    event.stopImmediatePropagation();
  });
})();
