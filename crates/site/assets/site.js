// Progressive enhancement: every page works without this script. It loads before the first paint for the sake of the theme.
"use strict";
{
  const root = document.documentElement;
  const store = {
    get(key) { try { return localStorage.getItem(key); } catch { return null; } },
    set(key, value) { try { value ? localStorage.setItem(key, value) : localStorage.removeItem(key); } catch { /* private mode */ } },
  };

  // Theme: that of the system, light, or dark.
  const THEMES = ["system", "light", "dark"];
  const savedTheme = () => (THEMES.includes(store.get("theme")) ? store.get("theme") : "system");
  const showTheme = (button) => {
    const theme = savedTheme();
    theme === "system" ? delete root.dataset.theme : (root.dataset.theme = theme);
    if (button) button.textContent = button.dataset[theme];
  };
  showTheme();

  const enableTheme = (button) => {
    button.hidden = false;
    showTheme(button);
    button.addEventListener("click", () => {
      const next = THEMES[(THEMES.indexOf(savedTheme()) + 1) % THEMES.length];
      store.set("theme", next === "system" ? "" : next);
      showTheme(button);
    });
    addEventListener("storage", () => showTheme(button));
  };

  // Suggestions: a combobox with a list that opens while one types (ARIA Authoring Practices Guide).
  const DELAY_MS = 120;
  const enableSuggestions = (form, index, texts) => {
    const input = form.querySelector("input");
    const list = document.createElement("ul");
    const status = document.createElement("span");
    const attributes = (element, values) => Object.entries(values).forEach((pair) => element.setAttribute(...pair));
    const id = `suggestions-${index}`;
    attributes(list, { id, class: "suggestions", role: "listbox", "aria-label": texts.label, hidden: "" });
    attributes(status, { class: "visually-hidden", role: "status", "aria-live": "polite" });
    attributes(input, {
      type: "text", enterkeyhint: "search", role: "combobox", autocomplete: "off",
      "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": id,
    });
    form.append(list, status);

    let timer, request, shown = "", typed = input.value, active = -1;
    const isOpen = () => !list.hidden;
    const toggle = (open) => {
      list.hidden = !open;
      input.setAttribute("aria-expanded", String(open));
      if (!open) activate(-1);
    };
    const activate = (place) => {
      active = place;
      input.removeAttribute("aria-activedescendant");
      [...list.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === place)));
      const option = list.children[place];
      input.value = option ? option.firstChild.textContent : typed;
      if (!option) return;
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    };
    // The site can be reached under several hosts, so only the path of the URL counts.
    const visit = (option) => {
      const url = new URL(option.dataset.url, location.href);
      location.assign(url.pathname + url.search);
    };
    const show = ([text, titles, kinds, urls]) => {
      shown = text;
      list.replaceChildren(...titles.map((title, place) => {
        const option = document.createElement("li");
        attributes(option, { id: `${id}-${place}`, role: "option", "aria-selected": "false" });
        option.dataset.url = urls[place];
        option.append(...[title, kinds[place]].map((part) => {
          const span = document.createElement("span");
          span.dir = "auto";
          span.textContent = part;
          return span;
        }));
        return option;
      }));
      active = -1;
      toggle(titles.length > 0);
      status.textContent = titles.length ? texts.status.replace("{n}", titles.length) : "";
    };
    const cancel = () => {
      clearTimeout(timer);
      request?.abort();
    };
    const load = async () => {
      request = new AbortController();
      const { signal } = request;
      try {
        const response = await fetch(`${texts.suggest}?q=${encodeURIComponent(typed.trim())}`, { signal });
        const suggestions = response.ok ? await response.json() : [typed, [], [], []];
        if (!signal.aborted && document.activeElement === input) show(suggestions);
      } catch { /* aborted, or offline: the form still works */ }
    };
    input.addEventListener("input", () => {
      cancel();
      typed = input.value;
      if (typed.trim()) timer = setTimeout(load, DELAY_MS);
      else toggle(false);
    });
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      const count = list.children.length;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step && count && shown === typed.trim()) {
        event.preventDefault();
        if (!isOpen()) toggle(true);
        // The place before the first option and after the last one is the text itself.
        if (!event.altKey) activate(((active + 1 + step + count + 1) % (count + 1)) - 1);
      } else if (event.key === "Enter" && isOpen() && active >= 0) {
        event.preventDefault();
        visit(list.children[active]);
      } else if (event.key === "Escape" && (isOpen() || input.value)) {
        event.preventDefault();
        cancel();
        if (isOpen()) toggle(false);
        else input.value = typed = "";
      }
    });
    input.addEventListener("blur", () => {
      cancel();
      toggle(false);
    });
    // The input keeps the focus while the pointer is on the list.
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) visit(option);
    });
    form.addEventListener("submit", cancel);
  };

  // Learning paths: remembers what the reader knows, and offers to apply it.
  const enableMemory = (form) => {
    // Read each time, because pages in other tabs change it, too. It has the ids of all paths.
    const remembered = () => new Set((store.get("known") || "").split(" ").filter(Boolean));
    const before = remembered();
    const boxes = [...form.querySelectorAll("input[name=known]")];
    const unused = boxes.filter((box) => before.has(box.value) && !box.checked);
    form.addEventListener("change", ({ target }) => {
      if (target.name !== "known") return;
      const known = remembered();
      known[target.checked ? "add" : "delete"](target.value);
      store.set("known", [...known].join(" "));
    });
    const offer = form.querySelector(".offer");
    offer.hidden = !unused.length;
    offer.querySelector("button").addEventListener("click", () => {
      unused.forEach((box) => { box.checked = true; });
      form.requestSubmit();
    });
  };

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("button.theme").forEach(enableTheme);
    const texts = document.querySelector("form[data-suggest]")?.dataset;
    if (texts) document.querySelectorAll("form.search").forEach((form, index) => enableSuggestions(form, index, texts));
    document.querySelectorAll("form[data-remember]").forEach(enableMemory);
  });
}
