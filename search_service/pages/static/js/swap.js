/* Another search on the search page: its parts are exchanged in place, the address follows. Links and forms work
   without this; with it nothing jumps, open lists stay open and the focus stays where it was. */
"use strict";

(() => {
  const PARTS = ["main", "place-box", "kept-filters"];
  const box = document.getElementById("q");
  let running = null;
  let goesOn = false; // somebody typed on after the question was sent

  const isSearch = (address) => address.origin === location.origin && address.pathname === "/search";

  async function show(address, { push = true, after = () => {} } = {}) {
    running?.abort();
    const mine = (running = new AbortController());
    document.documentElement.classList.add("loading");
    try {
      const found = await dutySearch.fetchPage(address, mine.signal);
      if (push && found.address !== location.href) {
        history.replaceState({ scroll: scrollY }, "");
        history.pushState({}, "", found.address);
      }
      exchange(found.page);
      after();
      announce();
      document.dispatchEvent(new Event("duty-search:shown"));
    } catch (error) {
      // A TypeError is fetch's word for a network that fails: what is on the screen is better than nothing.
      if (error.name === "TypeError") dutySearch.tell("连不上服务器，请检查网络后再试");
      else if (error.name !== "AbortError") location.assign(address);
    } finally {
      if (running === mine) document.documentElement.classList.remove("loading");
    }
  }

  function exchange(page) {
    const open = [...document.querySelectorAll("#main details[id][open]")].map((one) => one.id);
    const filters = document.querySelector(".filters")?.scrollTop;
    const ticked = [...document.querySelectorAll("#main input[type=checkbox]:checked")].map((one) => one.id);
    const focused = document.activeElement;
    const hadFocus = PARTS.some((id) => document.getElementById(id)?.contains(focused));
    for (const id of PARTS) {
      const fresh = page.getElementById(id);
      const old = document.getElementById(id);
      if (fresh && old) old.replaceWith(document.adoptNode(fresh));
    }
    document.title = page.title;
    box.defaultValue = page.getElementById("q")?.defaultValue ?? box.defaultValue;
    if (filters) document.querySelector(".filters")?.scrollTo({ top: filters });
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    for (const id of ticked) {
      const box = document.getElementById(id);
      if (box) box.checked = true;
    }
    if (!hadFocus) return;
    const again = focused.dataset.key && document.querySelector(`[data-key="${CSS.escape(focused.dataset.key)}"]`);
    (again || document.getElementById("main")).focus({ preventScroll: true });
  }

  function announce() {
    const body = document.querySelector("#answer .body, #answer .advice")?.textContent;
    const total = document.getElementById("total")?.textContent;
    dutySearch.announce([body, total].filter(Boolean).join("。"));
  }

  function focusAnswer() {
    const answer = document.getElementById("answer") || document.getElementById("main");
    answer.focus({ preventScroll: true });
    scrollTo({ top: 0 });
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("#main a[href]");
    if (!link || !dutySearch.isPlainClick(event) || event.defaultPrevented || link.hasAttribute("download")) return;
    if (!isSearch(location) || !isSearch(new URL(link.href))) return;
    event.preventDefault();
    if (dutySearch.isLoading()) return; // its address doesn't know yet what was chosen just before
    show(link.href, { after: () => scrollY > 0 && scrollTo({ top: 0 }) });
  });

  document.addEventListener("submit", (event) => {
    if (event.target.id !== "search-form" || !isSearch(location)) return;
    event.preventDefault();
    const address = new URL(event.target.action);
    address.search = new URLSearchParams(new FormData(event.target));
    box.select(); // the next question may be typed at once
    goesOn = false;
    show(address.href, { after: () => goesOn || focusAnswer() });
  });
  for (const kind of ["keydown", "input"]) box?.addEventListener(kind, () => (goesOn = true));

  // Every entry of the history knows how far its page was scrolled: the way forward needs it as well.
  addEventListener("scrollend", () => {
    if (isSearch(location) && !dutySearch.isLoading()) history.replaceState({ scroll: scrollY }, "");
  });

  addEventListener("popstate", (event) => {
    if (!isSearch(location)) return;
    const scroll = event.state?.scroll ?? 0;
    show(location.href, {
      push: false,
      after: () => {
        box.value = new URLSearchParams(location.search).get("q") ?? "";
        scrollTo({ top: scroll });
      },
    });
  });

  // Who arrives with a question reads first: the single keys work at once, "/" leads back to the box.
  if (document.getElementById("answer") && !location.hash) focusAnswer();
})();
