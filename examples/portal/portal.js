// Frequent questions are asked by the portal's own buttons; duties that were opened are kept in a list.
const search = document.querySelector("duty-search");

document.querySelector(".frequent").addEventListener("click", ({ target }) => {
  const button = target.closest("button");
  if (button) search.search(button.textContent);
});

search.addEventListener("duty-search:select", ({ detail }) => {
  const recent = document.querySelector(".recent");
  const link = Object.assign(document.createElement("a"), { href: detail.url, textContent: search.query });
  const line = document.createElement("li");
  line.append(link);
  recent.prepend(line);
  recent.closest("section").hidden = false;
});
