/* “答得不对” without leaving the page: sent to the interface, thanked for in its place. */
"use strict";

(() => {
  const PLACES = ["prefecture", "county", "township"];

  /* What the form would send, as the interface takes it. */
  function body(form) {
    const data = new FormData(form);
    const places = PLACES.map((name) => [name, data.getAll(name)]);
    return JSON.stringify({ q: data.get("q"), duty_id: data.get("duty_id"), verdict: "wrong", ...Object.fromEntries(places) });
  }

  function thank(form) {
    const hadFocus = form.contains(document.activeElement);
    form.querySelector("button").hidden = true;
    form.querySelector("[role=status]").textContent = "已记下，谢谢";
    if (hadFocus) document.getElementById("answer").focus({ preventScroll: true });
  }

  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("form.feedback");
    if (!form) return;
    event.preventDefault();
    if (form.ariaBusy === "true" || dutySearch.isLoading()) return; // what is still shown answers the question before
    form.ariaBusy = "true";
    try {
      const headers = { "Content-Type": "application/json" };
      const response = await fetch("/api/v1/feedback", { method: "POST", headers, body: body(form) });
      if (response.ok) thank(form);
      else dutySearch.tell("没有记下，请稍后再试");
    } catch {
      dutySearch.tell("连不上服务器，请检查网络后再试");
    } finally {
      form.ariaBusy = "false";
    }
  });
})();
