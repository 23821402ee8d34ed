/* For pages that show the search in an <iframe>: gives the frame the height of what it shows. docs/embedding.md

   It listens to frames of the site it came from and to nobody else, and learns nothing but a number. */
(() => {
  "use strict";

  const HOME = new URL(document.currentScript.src).origin;
  const LEAST = 60; // px: whatever a frame says, it stays in sight and ends somewhere
  const MOST = 20000;

  const isOurs = (frame) => frame.src.startsWith(`${HOME}/embed?`) || frame.src === `${HOME}/embed`;
  const frames = () => [...document.querySelectorAll("iframe")].filter(isOurs);

  addEventListener("message", (event) => {
    const { type, height } = event.data || {};
    if (event.origin !== HOME || type !== "duty-search:height" || !Number.isFinite(height)) return;
    const frame = frames().find((one) => one.contentWindow === event.source);
    if (frame) frame.style.height = `${Math.min(Math.max(height, LEAST), MOST)}px`;
  });

  /* A frame that was there before this script has told its height to nobody: it is asked to say it again. */
  function ask(frame) {
    const inside = frame.contentDocument; // null: a page of another site is in it already
    if (!inside || inside.URL !== "about:blank") frame.contentWindow.postMessage({ type: "duty-search:measure" }, HOME);
  }

  frames().forEach(ask);
  document.addEventListener("load", (event) => event.target.tagName === "IFRAME" && isOurs(event.target) && ask(event.target), true);
})();
