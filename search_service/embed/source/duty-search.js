/*! <duty-search>, version 1: who handles this? Made from embed/source/duty-search.js; how to use it: docs/embedding.md */

/* Asked inside any page of any site. Served without comments and blanks: scripts/write_element.py writes what is.

   One file without dependencies. What it shows lives in a shadow root, what it knows in this function: the page
   gets one element, no global and no style. Texts from the network only become text nodes.
   Order: what it says, settings, network, document, combobox, answer, results, the element, its looks. */
(() => {
  "use strict";

  const NAME = "duty-search";
  if (customElements.get(NAME)) return; // loaded before: one element is enough

  const script = document.currentScript || document.querySelector('script[src*="/embed.js"], script[src*="/embed/v"]');
  const HOME = script && script.src ? new URL(script.src).origin : location.origin;

  const WAIT = 120; // ms without a key before completions are asked for
  const GRACE = 250; // ms that the last answer stays before the page says that it is looking
  const PATIENCE = 20000; // ms until an answer counts as not coming
  const LONGEST = { question: 500, completed: 100 }; // characters that the interface takes
  const MOST_PER_PAGE = 100;
  const SHOWN = { bodies: 3, leading: 4, superior_steps: 2, township_steps: 1, alternatives: 4 };

  /* ── What it says ── */

  const ROLES = { responsible: "乡镇自己负责", assists: "上级牵头，乡镇配合", none: "上级已收回，乡镇不再承办" };
  const LISTS = { basic: "基本", cooperative: "配合", reclaimed: "收回" };
  const SURENESS = [
    { least: 0.9, level: "high", words: "很有把握" },
    { least: 0.8, level: "fair", words: "较有把握" },
    { least: 0, level: "low", words: "把握不大，请核对原文" },
  ];
  const PROBLEMS = {
    offline: "网络断开了，现在查不了。",
    network: "连不上查询服务。",
    timeout: "等了很久没有回音。",
    busy: "查得太快了。",
    rejected: "查询的条件有误",
    unavailable: "清单索引暂时不可用。",
    server: "查询服务出了问题。",
  };
  const PARAMETERS = {
    q: "问题", page: "页码", per_page: "每页条数", prefecture: "地州市", county: "县市区", township: "乡镇",
    list_type: "清单类型", category: "事项类别", department: "责任部门",
  };

  /* ── Settings: what the attributes say ── */

  const PLACES = ["prefecture", "county", "township"];
  const FILTERS = [...PLACES, "list-type", "category", "department"];
  const CHOICES = { mode: ["answer", "search"], theme: ["auto", "light", "dark"] }; // the first is the default
  const LIST_TYPES = new Set([...Object.keys(LISTS), ...Object.values(LISTS)]);
  const ATTRIBUTES = [...FILTERS, "endpoint", "placeholder", "mode", "per-page", "theme", "accent"];

  /* What an element's attributes mean; `refuse(name, value, allowed)` hears of each value that means nothing. */
  function settingsOf(element, refuse) {
    const given = (name) => (element.getAttribute(name) || "").trim();
    const choice = (name) => {
      if (CHOICES[name].includes(given(name))) return given(name);
      if (given(name)) refuse(name, given(name), CHOICES[name].join("、"));
      return CHOICES[name][0];
    };
    const values = (name) => {
      const all = given(name).split(/[,，、]/).map((one) => one.trim()).filter(Boolean);
      if (name !== "list-type") return all;
      all.filter((one) => !LIST_TYPES.has(one)).forEach((one) => refuse(name, one, [...LIST_TYPES].join("、")));
      return all.filter((one) => LIST_TYPES.has(one));
    };
    return {
      endpoint: endpointOf(given("endpoint"), refuse),
      filters: FILTERS.flatMap((name) => values(name).map((one) => [name.replace("-", "_"), one])),
      mode: choice("mode"),
      theme: choice("theme"),
      perPage: perPageOf(given("per-page"), refuse),
      accent: accentOf(given("accent"), refuse),
      placeholder: given("placeholder") || "什么事？比如：狗咬人了找谁",
    };
  }

  function endpointOf(text, refuse) {
    if (!text) return HOME;
    try {
      const url = new URL(text, document.baseURI);
      if (/^https?:$/.test(url.protocol)) return (url.origin + url.pathname).replace(/\/+$/, "");
    } catch {
      // said below, as for an address of another kind
    }
    refuse("endpoint", text, "http(s) 地址");
    return HOME;
  }

  function perPageOf(text, refuse) {
    const number = Number(text);
    if (Number.isInteger(number) && number >= 1 && number <= MOST_PER_PAGE) return number;
    if (text) refuse("per-page", text, `1 到 ${MOST_PER_PAGE} 的整数`);
    return 5;
  }

  function accentOf(text, refuse) {
    if (/^#[0-9a-f]{6}$/i.test(text)) return text;
    if (text) refuse("accent", text, "#14527a 这样的颜色");
    return "";
  }

  /* What of the settings decides what is found. */
  const scopeOf = ({ endpoint, filters, mode, perPage }) => JSON.stringify([endpoint, filters, mode, perPage]);

  /* Only places can be asked about: under other filters an answer might be one that they leave out. */
  const wantsAnswer = ({ mode, filters }) => mode === "answer" && filters.every(([name]) => PLACES.includes(name));

  /* The next shade of a colour that can be read on `paper`: towards black (0), or towards white (255). */
  function readable(hex, paper, end) {
    const colour = [1, 3, 5].map((start) => parseInt(hex.slice(start, start + 2), 16));
    for (let share = 0; ; share += 0.05) {
      const shade = colour.map((part) => Math.round(part + (end - part) * Math.min(share, 1)));
      if (share >= 1 || contrast(shade, paper) >= 4.8) return `rgb(${shade.join(", ")})`;
    }
  }

  function contrast(...colours) {
    const [dark, light] = colours.map(luminance).sort((one, other) => one - other);
    return (light + 0.05) / (dark + 0.05);
  }

  function luminance(colour) {
    const [red, green, blue] = colour
      .map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }

  /* ── Network ── */

  /* Why there is no answer: `kind` is a key of PROBLEMS; `details` are for whoever set the element up. */
  class Failure extends Error {
    constructor(kind, { status = 0, wait = null, names = [], details = null } = {}) {
      super(kind);
      Object.assign(this, { kind, status, wait, names, details });
    }

    get words() {
      if (this.kind === "offline") return `${PROBLEMS.offline}连上以后会自动再查。`;
      if (this.kind === "rejected") {
        const names = this.names.map((name) => PARAMETERS[name] || name).join("、");
        return `${PROBLEMS.rejected}${names && `（${names}）`}，请告诉网站管理员。`;
      }
      return `${PROBLEMS[this.kind]}请${this.wait === null ? "稍后" : `在${inWords(this.wait)}后`}再试。`;
    }
  }

  /* Seconds as people say them. */
  function inWords(seconds) {
    if (seconds < 60) return ` ${Math.max(1, Math.ceil(seconds))} 秒`;
    return seconds < 3600 ? ` ${Math.ceil(seconds / 60)} 分钟` : ` ${Math.ceil(seconds / 3600)} 小时`;
  }

  /* Ask the interface; throws a Failure. Nothing of the visitor goes along but the question. */
  async function ask(endpoint, path, pairs, signal) {
    let response;
    try {
      const address = `${endpoint}/api/v1/${path}?${new URLSearchParams(pairs)}`;
      response = await fetch(address, { signal, credentials: "omit", referrerPolicy: "strict-origin" });
    } catch {
      throw new Failure(signal.aborted ? "timeout" : navigator.onLine === false ? "offline" : "network");
    }
    if (!response.ok) throw await refusalOf(response);
    try {
      return await response.json();
    } catch {
      throw new Failure(signal.aborted ? "timeout" : "server", { status: response.status });
    }
  }

  async function refusalOf(response) {
    const kinds = { 422: "rejected", 429: "busy", 503: "unavailable" };
    const details = await response.json().catch(() => null);
    return new Failure(kinds[response.status] || "server", {
      status: response.status,
      wait: secondsOf(response.headers.get("Retry-After")),
      names: Object.keys((details && details.errors && details.errors.query) || {}),
      details,
    });
  }

  /* Retry-After is a number of seconds or a date; null where the server doesn't say, or may not be read. */
  function secondsOf(text) {
    if (!text) return null;
    const seconds = /^\d+$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000;
    return Number.isFinite(seconds) ? seconds : null;
  }

  /* ── Document ── */

  /* Make an element; whatever isn't one becomes text, what is empty is left out. */
  function h(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value);
    }
    node.append(...children.flat().filter((one) => one !== null && one !== undefined && one !== false && one !== ""));
    return node;
  }

  /* A paragraph that pages can style as a part of the same name. */
  const p = (name, ...children) => h("p", { class: name, part: name }, ...children);

  /* The interface's highlights are escaped text with <mark>. They are read here, never handed to the parser. */
  function marked(html) {
    const pieces = html.split(/<mark>([^<]*)<\/mark>/); // every other piece stood in a mark
    return pieces.map((piece, number) => (number % 2 ? h("mark", null, unescaped(piece)) : unescaped(piece)));
  }

  const ENTITIES = { "&lt;": "<", "&gt;": ">", "&#34;": '"', "&#39;": "'", "&amp;": "&" };
  const unescaped = (text) => text.replace(/&(?:lt|gt|#34|#39|amp);/g, (entity) => ENTITIES[entity]);

  /* A link that opens beside the page it stands in. */
  function link(href, attributes, ...children) {
    return h("a", { href, target: "_blank", rel: "noopener", "aria-describedby": "opens", ...attributes }, ...children);
  }

  const badge = (type) => h("span", { class: `badge ${LISTS[type] ? type : ""}` }, LISTS[type] || type);

  /* Chinese is typed through an input method: while it composes, every key belongs to it. */
  const isComposing = (event) => event.isComposing || event.keyCode === 229;

  /* The page sees keys as pressed on the element, not in a text field: single-key shortcuts of its own would act. */
  function keepFromPage(event) {
    const isCommand = event.ctrlKey || event.metaKey || event.altKey;
    if (!isCommand && !/^(Escape|Tab|F\d+)$/.test(event.key)) event.stopPropagation();
  }

  /* ── Combobox: WAI-ARIA's pattern “list autocomplete, manual selection” ── */

  class Combobox {
    #complete; #submit; #announce;
    #known = new Map();
    #running = null;
    #timer = 0;
    #active = -1;

    /* `complete(text, signal)` gives completions, `submit(text)` asks, `announce(text)` reaches screen readers. */
    constructor(number, { complete, submit, announce }) {
      this.#complete = complete;
      this.#submit = submit;
      this.#announce = announce;
      this.list = h("ul", {
        id: `suggestions-${number}`, class: "suggestions", part: "suggestions", role: "listbox", "aria-label": "查找建议", hidden: "",
      });
      this.input = h("input", {
        id: `question-${number}`, class: "input", part: "input", type: "search", maxlength: LONGEST.question,
        role: "combobox", "aria-autocomplete": "list", "aria-controls": this.list.id, "aria-expanded": "false",
        autocomplete: "off", autocapitalize: "off", spellcheck: "false", enterkeyhint: "search",
      });
      this.#listen();
    }

    get text() {
      return this.input.value.trim();
    }

    #listen() {
      const on = (target, type, action) => target.addEventListener(type, action);
      on(this.input, "input", (event) => {
        this.#activate(-1); // what is typed now is meant, not what was chosen before
        if (!isComposing(event)) this.#later();
      });
      on(this.input, "compositionstart", () => clearTimeout(this.#timer));
      on(this.input, "compositionend", () => this.#later());
      on(this.input, "blur", () => this.close());
      on(this.input, "keydown", (event) => this.#key(event));
      for (const type of ["keypress", "keyup"]) on(this.input, type, keepFromPage);
      on(this.list, "pointerdown", (event) => event.preventDefault()); // the field keeps the focus
      on(this.list, "click", (event) => {
        const option = event.target.closest("[role=option]");
        if (option) this.#choose(option);
      });
    }

    #key(event) {
      keepFromPage(event);
      if (isComposing(event)) return;
      const isOpen = !this.list.hidden;
      if (event.key === "ArrowDown") isOpen ? this.#move(1) : this.#suggest();
      else if (event.key === "ArrowUp" && isOpen) this.#move(-1);
      else if (event.key === "Enter" && this.#active >= 0) this.#choose(this.list.children[this.#active]);
      else if (event.key === "Escape" && isOpen) this.close();
      // The caret moves: what the field holds is meant again, not what was chosen below it.
      else return /^(ArrowLeft|ArrowRight|Home|End)$/.test(event.key) && this.#activate(-1);
      event.preventDefault();
      event.stopPropagation();
    }

    #later() {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#suggest(), WAIT);
    }

    async #suggest() {
      const text = this.text;
      if (this.#running) this.#running.abort();
      if (!text || text.length > LONGEST.completed) return this.close();
      const mine = (this.#running = new AbortController());
      try {
        if (!this.#known.has(text)) this.#known.set(text, await this.#complete(text, mine.signal));
      } catch {
        return mine === this.#running && this.close(); // typing goes on without completions
      }
      if (mine === this.#running && this.text === text) this.#open(this.#known.get(text));
    }

    #open(suggestions) {
      this.list.replaceChildren(...suggestions.map((one, number) => this.#option(one, number)));
      this.#activate(-1);
      this.list.hidden = suggestions.length === 0;
      this.input.setAttribute("aria-expanded", String(!this.list.hidden));
      if (suggestions.length) this.#announce(`${suggestions.length} 条建议，用上下方向键选择`);
    }

    #option({ text, label }, number) {
      return h("li", { id: `${this.list.id}-${number}`, part: "suggestion", role: "option" }, h("span", null, text), h("small", null, label));
    }

    #move(step) {
      const places = this.list.children.length + 1; // the field itself is one: the text as it was typed
      this.#activate(((this.#active + 1 + step + places) % places) - 1);
    }

    #activate(number) {
      this.#active = number;
      const options = [...this.list.children];
      options.forEach((one, place) => one.setAttribute("aria-selected", String(place === number)));
      if (number < 0) return this.input.removeAttribute("aria-activedescendant");
      this.input.setAttribute("aria-activedescendant", options[number].id);
      options[number].scrollIntoView({ block: "nearest" });
    }

    #choose(option) {
      this.input.value = option.firstChild.textContent;
      this.#submit(this.text);
    }

    /* Close the list and give up what is being asked for it. */
    close() {
      clearTimeout(this.#timer);
      if (this.#running) this.#running.abort();
      this.#running = null;
      this.list.hidden = true;
      this.input.setAttribute("aria-expanded", "false");
      this.#activate(-1);
    }

    /* Forget all completions: they are those of other settings. */
    forget() {
      this.close();
      this.#known.clear();
    }
  }

  /* ── Links into the service ── */

  /* Addresses of the pages that belong to a question asked under some settings. */
  class Links {
    constructor({ endpoint, filters }, text) {
      Object.assign(this, { endpoint, filters, text });
    }

    get search() {
      const pairs = this.text ? [["q", this.text], ...this.filters] : this.filters;
      return `${this.endpoint}/search?${new URLSearchParams(pairs)}`;
    }

    /* A link to a duty's page; `data-duty` is how the element knows what was chosen. */
    duty(id, attributes, ...children) {
      const query = this.text ? `?${new URLSearchParams({ q: this.text })}` : "";
      const href = `${this.endpoint}/duties/${encodeURIComponent(id)}${query}`;
      return link(href, { "data-duty": id, ...attributes }, ...children);
    }
  }

  /* ── The answer ── */

  /* Words for a question that names a place outside the fixed ones: what follows is not about it. "" for any other. */
  function elsewhereWords({ query }, { filters }) {
    const given = PLACES.map((place) => filters.filter(([name]) => name === place).map(([, value]) => value));
    const narrowest = given.reverse().find((values) => values.length);
    if (!query.other_place || !narrowest) return "";
    const here = narrowest.length > 1 ? `${narrowest.length} 个地区` : narrowest[0];
    return `问题里提到${query.other_place}，现在只看${here}。`;
  }

  function answerCard(response, links, warning) {
    const { answer, status } = response;
    if (!answer) return adviceCard(response, links, warning);
    const sureness = SURENESS.find(({ least }) => answer.confidence >= least);
    const isOne = status === "answered";
    return card(sureness.level,
      warning,
      h("div", { class: "head" },
        p("role", isOne && badge(answer.duty.list_type), isOne ? ROLES[answer.township_role] : "各地不同"),
        isOne && h("p", { class: `confidence ${sureness.level}`, part: "confidence" }, sureness.words)),
      isOne ? bodies(answer, links) : p("advice", response.advice || answer.summary),
      byTownship(answer, links),
      isOne && p("citation", "依据：", links.duty(answer.duty.id, null, answer.citation)),
      alternatives("也可能问的是", response, links));
  }

  /* What to do where no list answers. */
  function adviceCard(response, links, warning) {
    const { elsewhere, outside } = response;
    const title = outside ? "不在清单内" : elsewhere ? "本地清单没有" : "没有答案";
    return card("none",
      warning,
      p("role", title),
      p("advice", response.advice),
      elsewhere && p("citation", links.duty(elsewhere.duty.id, null, `看${elsewhere.duty.township}的清单怎么写`)),
      alternatives("最接近的事项", response, links, true));
  }

  const card = (level, ...children) =>
    h("div", { class: `answer ${level}`, part: "answer", role: "group", "aria-label": "答案", tabindex: -1 }, ...children);

  /* The body to call, the sentence that says so, the others, and what the township does. */
  function bodies(answer, links) {
    const [[name, sentence], ...others] = namesOf(answer);
    const more = others.length + 1 - SHOWN.bodies;
    const isAssisted = answer.township_role === "assists" && answer.township_evidence && answer.responsible[0].canonical !== "乡镇";
    return [
      p("body", name),
      !answer.stands_out && h("p", { class: "hint" }, "清单没有写明这一步归哪家，以下为牵头部门，按清单顺序。"),
      h("blockquote", { part: "sentence" }, sentence),
      others.length > 0 && h("ul", { class: "others" },
        others.slice(0, SHOWN.bodies - 1).map(([other, said]) => h("li", null, h("b", null, other), said)),
        more > 0 && h("li", null, `还有 ${more} 个部门，见`, links.duty(answer.duty.id, null, "事项全文"))),
      isAssisted && h("p", { class: "helps" }, h("b", null, "乡镇配合"), answer.township_evidence),
    ];
  }

  /* The bodies, each with its sentence, by names that hold in all places asked about: 当地公安局 of several counties. */
  function namesOf(answer) {
    const names = new Map();
    for (const { department, canonical } of answer.by_township.flatMap((one) => one.responsible)) {
      names.set(canonical, (names.get(canonical) || new Set()).add(department));
    }
    const found = new Map();
    const said = new Set();
    for (const { department, canonical, evidence } of answer.responsible) {
      const isSame = !names.has(canonical) || names.get(canonical).size === 1;
      const name = isSame ? department : canonical === "乡镇" ? "各乡镇" : `当地${canonical}`;
      if (!found.has(name)) found.set(name, said.has(evidence) ? "" : evidence);
      said.add(evidence);
    }
    return [...found];
  }

  /* Who does it in each township, where that differs. */
  function byTownship({ by_township: findings }, links) {
    const keys = findings.map((one) => one.responsible.map(({ canonical }) => canonical).sort().join());
    if (new Set(keys).size < 2) return null;
    const rows = findings.map((one) =>
      h("tr", null,
        h("th", { scope: "row" }, one.county, h("wbr"), one.township),
        h("td", null, departments(one)),
        h("td", null, links.duty(one.duty_id, null, LISTS[one.list_type] || "原文"))));
    return h("table", { part: "table" },
      h("caption", null, "各地不一样"),
      h("thead", null, h("tr", null, ["乡镇", "找谁", "清单"].map((title) => h("th", { scope: "col" }, title)))),
      h("tbody", null, rows));
  }

  function departments({ responsible }) {
    const names = [...new Set(responsible.map(({ department }) => department))];
    return names.slice(0, SHOWN.bodies).join("、") + (names.length > SHOWN.bodies ? ` 等 ${names.length} 家` : "");
  }

  function alternatives(title, { alternatives: findings }, links, isOpen = false) {
    if (!findings.length) return null;
    const items = findings.slice(0, SHOWN.alternatives).map((one) =>
      h("li", null,
        badge(one.duty.list_type), " ", links.duty(one.duty.id, null, one.duty.name),
        h("small", null, `${one.duty.county}${one.duty.township}：${departments(one)}`)));
    return h("details", { class: "alternatives", part: "alternatives", open: isOpen && "" }, h("summary", null, title), h("ul", null, items));
  }

  /* ── Results ── */

  const resultsGroup = (...children) =>
    h("div", { class: "results", part: "results", role: "group", "aria-label": "结果", tabindex: -1 }, ...children);

  /* The results; `answer` is what stands above them, null where nothing does: then the warning stands here. */
  function resultsBlock(found, links, answer, warning) {
    if (!found.total) return answer ? null : nothingFound(links, warning);
    const corrected = found.query.corrected;
    const title = !answer ? "找到 " : answer.answer ? "相关事项 " : "字面相近的事项 ";
    return resultsGroup(
      !answer && warning,
      p("total", title, h("b", null, found.total), " 项"),
      corrected && h("p", { class: "hint" }, "按“", h("b", null, corrected), "”查找。"),
      h("ol", { role: "list" }, found.results.map((one) => resultItem(one, links))),
      pager(found),
      h("p", { class: "more" },
        link(links.search, { part: "more" }, found.pages > 1 ? "更多结果" : "在检索页打开"),
        h("small", null, "内容出自各乡镇公布的履职事项清单，以原文为准。")));
  }

  function resultItem(result, links) {
    const { superior_steps: superior, township_steps: township } = result.highlights;
    const steps = [
      ...superior.slice(0, SHOWN.superior_steps).map((html) => stepItem("上级", html)),
      ...township.slice(0, SHOWN.township_steps).map((html) => stepItem("乡镇", html)),
    ];
    return h("li", { class: "result", part: "result" },
      links.duty(result.id, { class: "name", part: "result-name" }, marked(result.highlights.name)),
      h("p", { class: "meta" }, badge(result.list_type), h("span", null, result.county, h("wbr"), result.township), h("span", null, `第 ${result.number} 项`), h("span", null, result.category)),
      h("p", { class: "who" }, ...leading(result)),
      steps.length > 0 && h("ul", { class: "steps" }, steps),
      result.shared_with.length > 0 && h("p", { class: "hint" }, `另有 ${result.shared_with.length} 个乡镇列有这一项`));
  }

  const stepItem = (side, html) => h("li", null, h("span", { class: "side" }, side), h("span", null, marked(html)));

  function leading({ list_type: type, township, departments: all }) {
    if (type === "basic") return [h("b", null, township), "自己负责"];
    const names = all.slice(0, SHOWN.leading).map(({ name }) => name).join("、");
    const more = all.length > SHOWN.leading ? `等 ${all.length} 个部门` : "";
    return [h("b", null, names), more, type === "cooperative" ? "牵头，乡镇配合" : "已收回"];
  }

  function pager({ page, pages }) {
    if (pages < 2) return null;
    const turn = (label, to) =>
      h("button", { type: "button", class: "plain", part: "page-button", "data-page": to, disabled: (to < 1 || to > pages) && "" }, label);
    return h("div", { class: "pager", part: "pager", role: "group", "aria-label": "翻页" },
      turn("上一页", page - 1), h("span", null, `第 ${page} 页，共 ${pages} 页`), turn("下一页", page + 1));
  }

  function nothingFound(links, warning) {
    return resultsGroup(
      warning,
      p("advice", "没有找到。"),
      h("p", null, "换一个说法，或者只留最要紧的一两个词再查，比如“养犬”“低保”“违建”。"),
      h("p", { class: "more" }, link(links.search, { part: "more" }, "在检索页打开")));
  }

  function failureBlock(failure, { endpoint, filters, text }) {
    // The search page would refuse what was refused here.
    const links = new Links({ endpoint, filters: filters.filter(([name]) => !failure.names.includes(name)) }, text);
    return h("div", { class: "error", part: "error", role: "alert" },
      h("p", null, failure.words),
      h("p", { class: "more" },
        h("button", { type: "button", class: "plain", part: "retry", "data-retry": "" }, "再试一次"),
        link(links.search, { part: "more" }, "在检索页打开")));
  }

  /* ── The element ── */

  let made = 0; // elements so far: their names and ids differ

  class DutySearch extends HTMLElement {
    #number = ++made;
    #settings = null;
    #refused = new Set();
    #asked = null; // { text, page } of the last question
    #answer = null; // to it, kept while pages are turned
    #running = null;
    #timers = [];
    #failure = null;
    #isStale = false; // removed or changed before its question was answered
    #isDue = false; // attributes have changed, what follows is on its way
    #root; #form; #combobox; #outcome; #status;

    static get observedAttributes() {
      return ATTRIBUTES;
    }

    constructor() {
      super();
      this.#combobox = new Combobox(this.#number, {
        complete: (text, signal) => this.#complete(text, signal),
        submit: (text) => this.search(text),
        announce: (text) => this.#announce(text),
      });
      const { input, list } = this.#combobox;
      const name = this.#number > 1 ? `谁来管（${this.#number}）` : "谁来管";
      this.#form = h("form", { class: "form", part: "form", role: "search", "aria-label": name },
        h("label", { class: "hidden", for: input.id }, "什么事"),
        h("div", { class: "box", part: "box" }, input, h("button", { class: "button", part: "button" }, "查找")),
        list);
      this.#status = h("p", { class: "hidden", part: "prompt", role: "status" });
      this.#outcome = h("div", { class: "outcome", part: "outcome", role: "group", "aria-label": "查找结果", tabindex: -1, hidden: "" });
      this.#root = h("div", { class: "root", lang: "zh-CN" }, this.#form, this.#status, this.#outcome, h("p", { id: "opens", hidden: "" }, "在新窗口打开"));
      this.attachShadow({ mode: "open" }).append(this.#root);
      this.#listen();
    }

    connectedCallback() {
      putStyle(this.shadowRoot);
      addEventListener("online", this.#whenOnline);
      this.#apply();
      if (this.#isStale) this.#find();
    }

    /* Removed, or about to be put elsewhere: nothing goes on; a question without an answer is asked again there. */
    disconnectedCallback() {
      removeEventListener("online", this.#whenOnline);
      this.#combobox.close();
      this.#isStale = this.#running !== null;
      this.#stop();
    }

    /* Several attributes that change together are one change. */
    attributeChangedCallback() {
      if (!this.#settings || this.#isDue) return;
      this.#isDue = true;
      queueMicrotask(() => {
        this.#isDue = false;
        this.#apply();
      });
    }

    /* The question asked last, "" before the first one. */
    get query() {
      return this.#asked ? this.#asked.text : "";
    }

    /* Ask a question, as if it had been typed. */
    search(text) {
      const question = String(text ?? "").trim().slice(0, LONGEST.question);
      this.#combobox.input.value = question;
      this.#combobox.close();
      if (!this.#settings) this.#apply();
      if (!question && this.#settings.mode === "answer") return this.#announce("请先写下要办的事", true);
      this.#asked = { text: question, page: 1 };
      this.#find();
    }

    /* The focus goes to the field. */
    focus(options) {
      this.#combobox.input.focus(options);
    }

    #listen() {
      this.#form.addEventListener("submit", (event) => {
        event.preventDefault();
        if (!this.#combobox.text) this.focus();
        this.search(this.#combobox.text);
      });
      this.#combobox.input.addEventListener("input", () => (this.#status.className = "hidden"));
      this.#outcome.addEventListener("click", (event) => this.#click(event));
      this.#outcome.addEventListener("auxclick", (event) => this.#click(event));
    }

    #whenOnline = () => {
      if (this.#failure && this.#failure.kind === "offline") this.#find();
    };

    #click(event) {
      const found = event.button < 2 && event.target.closest("a[data-duty], button"); // the middle button opens links, too
      if (!found) return;
      const { duty, page } = found.dataset;
      if (duty) return this.#select(found, event);
      if (event.type !== "click") return;
      if (page) this.#asked.page = Number(page);
      this.#find(page ? ".results" : ".answer, .results");
    }

    #select(chosen, event) {
      const goes = this.#tell("select", { id: chosen.dataset.duty, url: chosen.href }, true);
      if (!goes) event.preventDefault();
    }

    #tell(name, detail, cancelable = false) {
      return this.dispatchEvent(new CustomEvent(`${NAME}:${name}`, { detail, cancelable, bubbles: true, composed: true }));
    }

    /* Say something to screen readers, and below the field to everybody where it `isShown`. */
    #announce(text, isShown = false) {
      this.#status.className = isShown ? "prompt" : "hidden";
      // The same words again would not be read: a blank makes them others.
      this.#status.textContent = this.#status.textContent === text ? `${text}\u00a0` : text;
    }

    /* Take over what the attributes say; what was asked is asked again where it is another question now. */
    #apply() {
      const before = this.#settings;
      const now = (this.#settings = settingsOf(this, (...what) => this.#refuse(...what)));
      this.#root.dataset.theme = now.theme;
      this.#combobox.input.placeholder = now.placeholder;
      const shades = now.accent ? [readable(now.accent, [255, 255, 255], 0), readable(now.accent, [24, 31, 38], 255)] : [];
      ["--given-accent", "--given-accent-dark"].forEach((name, number) => this.#root.style.setProperty(name, shades[number] || null));
      if (!before || scopeOf(before) === scopeOf(now)) return;
      this.#combobox.forget();
      this.#answer = null;
      if (!this.#asked) return;
      this.#asked.page = 1;
      this.#find();
    }

    #refuse(name, value, allowed) {
      const key = `${name}=${value}`;
      if (this.#refused.has(key)) return;
      this.#refused.add(key);
      console.warn(`<${NAME}>：${name}="${value}" 不认识，已忽略；可以是 ${allowed}。`);
    }

    async #complete(text, signal) {
      const { endpoint, filters } = this.#settings;
      return (await ask(endpoint, "suggestions", [["q", text], ["limit", 8], ...filters], signal)).suggestions;
    }

    /* Find what was asked, and show it; of several questions only the last one counts. `target` gets the focus. */
    async #find(target = "") {
      this.#stop();
      this.#isStale = !this.isConnected;
      if (this.#isStale) return;
      const mine = (this.#running = new AbortController());
      const asked = { ...this.#asked };
      const settings = this.#settings;
      const links = new Links(settings, asked.text);
      const isTurned = target === ".results";
      this.#wait(mine, isTurned);
      try {
        const [answer, found] = await this.#fetch(asked, settings, isTurned && this.#answer, mine.signal);
        if (mine !== this.#running) return;
        this.#answer = answer;
        this.#failure = null;
        const elsewhere = elsewhereWords(found, settings);
        const warning = elsewhere && p("elsewhere", elsewhere);
        this.#show([answer && answerCard(answer, links, warning), resultsBlock(found, links, answer, warning)], target);
        this.#report(asked.text, isTurned ? null : answer, found, isTurned ? "" : elsewhere);
      } catch (error) {
        if (mine !== this.#running) return;
        mine.abort(); // what else was asked for it
        this.#fail(error instanceof Failure ? error : new Failure("server", { details: error }), links, target);
      }
    }

    /* The answer, or the one `kept` while pages are turned, and the results. */
    #fetch({ text, page }, settings, kept, signal) {
      const { endpoint, filters, perPage } = settings;
      const asked = [["q", text], ...filters];
      return Promise.all([
        text && wantsAnswer(settings) ? kept || ask(endpoint, "answer", asked, signal) : null,
        ask(endpoint, "search", [...asked, ["collapse", true], ["per_page", perPage], ["page", page]], signal),
      ]);
    }

    /* Say that it is looking, once that takes a moment; give up in the end. What was there stays dimmed meanwhile. */
    #wait(mine, isTurned) {
      this.#outcome.setAttribute("aria-busy", "true");
      if (this.#hasFocus) this.#outcome.focus({ preventScroll: true }); // what has it now will be gone
      const say = () => {
        this.#announce("正在查找……");
        if (!isTurned) this.#fill([p("loading", "正在查找……")]);
      };
      this.#timers = [setTimeout(say, this.#outcome.hidden ? 0 : GRACE), setTimeout(() => mine.abort(), PATIENCE)];
    }

    get #hasFocus() {
      return this.#outcome.contains(this.shadowRoot.activeElement);
    }

    /* Give up what is being asked for. */
    #stop() {
      const running = this.#running;
      this.#settle();
      if (running) running.abort();
    }

    #show(nodes, target) {
      const isLost = this.#hasFocus;
      this.#settle();
      this.#fill(nodes);
      if (!target && !isLost) return;
      const shown = this.#outcome.querySelector(target || ".answer, .results") || this.#outcome;
      shown.focus({ preventScroll: true });
      shown.scrollIntoView({ block: "nearest" });
    }

    #settle() {
      this.#timers.forEach(clearTimeout);
      this.#running = null;
      this.#outcome.removeAttribute("aria-busy");
    }

    #fill(nodes) {
      this.#outcome.replaceChildren(...nodes.filter(Boolean));
      this.#outcome.hidden = false;
    }

    /* Tell screen readers and the page what was found; `answer` and `elsewhere` are empty where they were told before. */
    #report(query, answer, { total, page, pages }, elsewhere) {
      const words = elsewhere + (answer ? (answer.answer ? answer.answer.summary : answer.advice) : "");
      this.#announce(words + (total ? `找到 ${total} 项。` : "没有找到事项。") + (pages > 1 ? `第 ${page} 页，共 ${pages} 页。` : ""));
      const { status } = this.#answer || { status: total ? "found" : "not_found" };
      this.#tell("results", { query, total, status, page });
    }

    #fail(failure, links, target) {
      this.#failure = failure;
      this.#show([failureBlock(failure, links)]);
      if (target) this.#outcome.querySelector("[data-retry]").focus();
      if (failure.kind === "rejected") console.warn(`<${NAME}>：服务不接受这些条件`, failure.details);
      this.#tell("error", { kind: failure.kind, status: failure.status });
    }
  }

  /* ── Its looks ── */

  // Every colour for light and for dark paper; a page changes one by --duty-search-NAME and --duty-search-NAME-dark.
  const COLOURS = {
    background: ["#fff", "#181f26"], ink: ["#18212b", "#e7ecf1"], soft: ["#515d6b", "#a7b3bf"], line: ["#d9dfe6", "#2e3842"],
    hover: ["#e9eff5", "#222c36"], accent: ["var(--given-accent, #14527a)", "var(--given-accent-dark, #8cc6ee)"],
    "accent-ink": ["#fff", "#0b1822"], mark: ["#ffe89c", "#5e4a0c"], "mark-ink": ["#18212b", "#fff4d6"],
    basic: ["#17603a", "#92dab4"], "basic-background": ["#dff1e6", "#15322a"],
    cooperative: ["#14527a", "#9dcff2"], "cooperative-background": ["#dfecf6", "#152e42"],
    reclaimed: ["#85380f", "#f3b692"], "reclaimed-background": ["#fae6d9", "#3c2416"],
    high: ["#17603a", "#92dab4"], fair: ["#6b5200", "#e8cd72"], low: ["#a12a1a", "#ff9d8d"],
  };
  const colours = (number, suffix) =>
    Object.entries(COLOURS).map(([name, shades]) => `--${name}: var(--${NAME}-${name}${suffix}, ${shades[number]});`).join(" ");
  const LIGHT = `color-scheme: light; ${colours(0, "")}`;
  const DARK = `color-scheme: dark; ${colours(1, "-dark")}`;

  // Sizes are in em: a page's own size of rem means nothing here. !important is for nothing: the page may place,
  // size and hide the element, and what it says of anything else stops at .root.
  const CSS = `
    :host { all: initial; display: block; visibility: inherit; }
    :host([hidden]) { display: none; }
    .root { all: initial; display: block; position: relative; direction: ltr; unicode-bidi: isolate; visibility: inherit; overflow-wrap: anywhere; -webkit-text-size-adjust: 100%;
      --radius: var(--${NAME}-radius, .5em); ${LIGHT}
      font: var(--${NAME}-font-size, medium)/1.6 var(--${NAME}-font, system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", "WenQuanYi Micro Hei", sans-serif); color: var(--ink); }
    .root[data-theme=dark] { ${DARK} }
    @media (prefers-color-scheme: dark) { .root[data-theme=auto] { ${DARK} } }
    *, ::before, ::after { box-sizing: border-box; }
    p, ul, ol, blockquote { margin: 0; padding: 0; }
    ul, ol { list-style: none; }
    button, input { font: inherit; color: inherit; margin: 0; }
    a { color: var(--accent); text-underline-offset: .15em; }
    :focus-visible { outline: .19em solid var(--accent); outline-offset: .13em; border-radius: .19em; }
    [tabindex="-1"]:focus { outline: 0; }
    mark { background: var(--mark); color: var(--mark-ink); border-radius: .13em; padding: 0 .06em; }
    .hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

    .form { position: relative; margin: 0; }
    .box { display: flex; background: var(--background); border: .125em solid var(--accent); border-radius: calc(var(--radius) * 1.4); overflow: hidden; }
    .box:focus-within { box-shadow: 0 0 0 .19em var(--background), 0 0 0 .32em var(--accent); }
    .input { flex: 1; min-width: 0; border: 0; border-radius: 0; background: none; padding: .55em .8em; font-size: 1.0625em; outline: 0; appearance: none; -webkit-appearance: none; }
    .input::placeholder { color: var(--soft); opacity: 1; }
    .button { flex: none; border: 0; border-radius: 0; background: var(--accent); color: var(--accent-ink); font-weight: 600; padding: 0 1.3em; cursor: pointer; white-space: nowrap; }
    .button:hover { text-decoration: underline; }
    .button:focus-visible { outline-color: var(--accent-ink); outline-offset: -.38em; }

    .suggestions { position: absolute; z-index: var(--${NAME}-z-index, 10); top: calc(100% + .3em); left: 0; right: 0; max-height: 24em; overflow: auto; padding: .4em 0;
      background: var(--background); border: 1px solid var(--line); border-radius: var(--radius); box-shadow: 0 .5em 1.5em rgba(16, 32, 48, .2); }
    .suggestions li { display: flex; gap: 1em; justify-content: space-between; align-items: baseline; padding: .4em 1em; cursor: pointer; }
    .suggestions small { flex: none; color: var(--soft); }
    .suggestions [aria-selected=true], .suggestions li:hover { background: var(--hover); }
    .suggestions [aria-selected=true] { box-shadow: inset .25em 0 var(--accent); }

    .prompt { margin-top: .4em; padding: 0 .25em; color: var(--low); font-weight: 600; }
    .outcome { margin-top: .75em; background: var(--background); border: 1px solid var(--line); border-radius: var(--radius); overflow: hidden; }
    .outcome[aria-busy] > :not(.loading) { opacity: .55; }
    .loading, .error, .answer, .results { padding: 1em 1.25em; }
    .loading { color: var(--soft); }
    .error { box-shadow: inset .3em 0 var(--low); }
    .elsewhere { padding: .3em .75em; border-radius: var(--radius); background: var(--reclaimed-background); color: var(--reclaimed); font-weight: 600; }
    .hint, .total, .citation, .meta, small { color: var(--soft); }
    small { font-size: .875em; }

    .answer { box-shadow: inset .3em 0 var(--accent); }
    .answer.none { box-shadow: inset .3em 0 var(--reclaimed); }
    .answer + .results { border-top: 1px solid var(--line); }
    .answer > * + *, .results > * + *, .error > * + * { margin-top: .6em; }
    .head { display: flex; flex-wrap: wrap; gap: .2em 1em; justify-content: space-between; align-items: center; }
    .role { color: var(--soft); font-weight: 600; }
    .badge { display: inline-block; padding: 0 .5em; margin-right: .5em; border-radius: .25em; font-weight: 600; font-size: .875em; white-space: nowrap; }
    ${Object.keys(LISTS).map((type) => `.badge.${type} { color: var(--${type}); background: var(--${type}-background); }`).join(" ")}
    .confidence { display: inline-flex; gap: .4em; align-items: center; font-size: .875em; font-weight: 600; }
    .confidence::before { content: ""; flex: none; width: .6em; height: .6em; border-radius: 50%; background: currentcolor; }
    ${SURENESS.map(({ level }) => `.confidence.${level} { color: var(--${level}); }`).join(" ")}
    .answer > .body { font-size: 1.625em; line-height: 1.35; font-weight: 700; margin-top: .2em; }
    blockquote { background: var(--mark); color: var(--mark-ink); border-radius: var(--radius); padding: .5em .9em; font-size: 1.0625em; }
    .advice { font-size: 1.0625em; }
    .others li, .helps { color: var(--soft); }
    .others b, .helps b { color: var(--ink); margin-right: .75em; }
    table { border-collapse: collapse; width: 100%; font: inherit; font-size: .94em; color: inherit; }
    caption { text-align: left; color: var(--soft); font-weight: 600; }
    th, td { text-align: left; vertical-align: top; font-weight: normal; padding: .35em .75em .35em 0; border-bottom: 1px solid var(--line); }
    tbody th { width: 42%; }
    th:last-child, td:last-child { padding-right: 0; white-space: nowrap; }
    thead th { color: var(--soft); font-size: .94em; }
    summary { cursor: pointer; color: var(--accent); width: fit-content; }
    .alternatives li { padding: .2em 0; }
    .alternatives small { display: block; }

    .total b { color: var(--ink); }
    .result { padding: .75em 0; border-top: 1px solid var(--line); }
    .result > * + * { margin-top: .2em; }
    .name { font-weight: 600; font-size: 1.0625em; text-decoration: none; }
    .name:hover { text-decoration: underline; }
    .meta { font-size: .875em; }
    .meta span { display: inline-block; margin-right: .75em; }
    .meta .badge { font-size: 1em; }
    .who b { margin-right: .3em; font-weight: 600; }
    .steps li { display: flex; gap: .75em; font-size: .94em; }
    .side { flex: none; color: var(--soft); }
    .pager { display: flex; flex-wrap: wrap; gap: .5em 1em; align-items: center; justify-content: center; color: var(--soft); padding-top: .75em; border-top: 1px solid var(--line); }
    .plain { border: 1px solid var(--accent); border-radius: var(--radius); background: none; color: var(--accent); font-weight: 600; padding: .3em .9em; cursor: pointer; }
    .plain:hover { background: var(--hover); }
    .plain:disabled { border-color: var(--line); color: var(--soft); cursor: default; background: none; }
    .more { display: flex; flex-wrap: wrap; gap: .4em 1.25em; align-items: baseline; justify-content: space-between; }
    .error .more { justify-content: flex-start; }
    @media (prefers-reduced-motion: no-preference) {
      .loading { animation: looking 1.2s ease-in-out infinite alternate; }
      @keyframes looking { to { opacity: .55; } }
    }
    @media (forced-colors: active) {
      .suggestions [aria-selected=true] { outline: .15em solid Highlight; outline-offset: -.15em; }
      .box:focus-within { outline: .19em solid Highlight; outline-offset: .06em; }
      .badge, .elsewhere { border: 1px solid; }
      .button { border-left: .125em solid; }
      blockquote { border-left: .25em solid; }
      .confidence::before { background: CanvasText; }
    }
    @media print { .form, .pager, .more { display: none; } }
  `;

  /* One sheet for all elements of a document. Such sheets need no 'unsafe-inline'; browsers that can't adopt them get a <style>. */
  const sheets = new WeakMap();

  function putStyle(shadow) {
    const { ownerDocument: owner } = shadow;
    try {
      if (!sheets.has(owner)) {
        const sheet = new owner.defaultView.CSSStyleSheet();
        sheet.replaceSync(CSS);
        sheets.set(owner, sheet);
      }
      shadow.adoptedStyleSheets = [sheets.get(owner)];
    } catch {
      if (!shadow.querySelector("style")) shadow.prepend(h("style", null, CSS));
    }
  }

  customElements.define(NAME, DutySearch);
})();
