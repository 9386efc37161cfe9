/* The shop's own script: picks variants without a page load, counts the bag, and works the shop keeper's drawer. */
(() => {
  "use strict";
  const find = (selector) => document.querySelector(selector);
  const page = find("#product");
  const states = new Map(page ? JSON.parse(page.dataset.states).map((state) => [state.sku, state]) : []);
  const widget = find("script[data-sku]");
  const buy = find("#buy");
  let selected = widget && widget.dataset.sku;

  const describe = ({ on_hand }) => {
    if (on_hand === 0) return "Sold out for now";
    return on_hand <= 3 ? `Only ${on_hand} left` : "In stock";
  };

  const show = () => {
    const state = states.get(selected);
    for (const pick of document.querySelectorAll(".pick")) {
      const { sku } = pick.dataset;
      pick.classList.toggle("out", states.get(sku).on_hand === 0);
      pick.querySelector(".hush").hidden = states.get(sku).on_hand > 0;
      if (sku === selected) pick.setAttribute("aria-current", "true");
      else pick.removeAttribute("aria-current");
    }
    find("#chosen").textContent = state.title;
    const portrait = find("#portrait");
    portrait.src = `/shop/pictures/${selected}.svg`;
    portrait.alt = `${find("h1").textContent}, ${state.title}`;
    find("#stock").textContent = describe(state);
    find("#stock").dataset.left = Math.min(state.on_hand, 4);
    buy.disabled = state.on_hand === 0;
    buy.textContent = state.on_hand ? "Put in the bag" : "Sold out";
  };

  const select = (sku) => {
    selected = sku;
    show();
    widget.dataset.sku = sku; // the widget watches this attribute
  };

  if (page) {
    find(".picker").addEventListener("click", (event) => {
      const pick = event.target.closest(".pick");
      if (!pick || event.metaKey || event.ctrlKey) return;
      event.preventDefault();
      history.pushState(null, "", pick.href);
      select(pick.dataset.sku);
    });
    addEventListener("popstate", () => {
      const sku = new URLSearchParams(location.search).get("variant");
      if (states.has(sku)) select(sku);
    });
    buy.addEventListener("click", () => {
      sessionStorage.setItem("bag", bagged() + 1);
      countBag();
    });
    show();
  }

  const bagged = () => Number(sessionStorage.getItem("bag"));
  const countBag = () => { find("#bag b").textContent = bagged(); };
  countBag();

  /* ---- the shop keeper's drawer ---- */
  const drawer = find("#drawer");
  const knob = find("#knob");
  const said = find("#said");
  const open = (wanted) => {
    drawer.hidden = !wanted;
    knob.setAttribute("aria-expanded", String(wanted));
    (wanted ? drawer.querySelector("input") : knob).focus();
  };
  const report = async (level, on_hand) => {
    const { sku } = level.dataset;
    const input = level.querySelector("input");
    level.setAttribute("aria-busy", "true");
    const answer = await fetch(`/shop/stock/${sku}`, {
      method: "PUT",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ on_hand }),
    });
    const { problem, delivery_id } = await answer.json();
    level.removeAttribute("aria-busy");
    said.textContent = problem || `${sku}: ${on_hand} on hand. Webhook taken as ${delivery_id}.`;
    said.classList.toggle("bad", Boolean(problem));
    if (problem) input.value = input.defaultValue;
    else input.value = input.defaultValue = on_hand;
    if (problem || !states.has(sku)) return;
    states.get(sku).on_hand = on_hand;
    show();
    if (window.Waitline) window.Waitline.refresh();
  };
  if (drawer) {
    knob.addEventListener("click", () => open(drawer.hidden));
    drawer.querySelector(".shut").addEventListener("click", () => open(false));
    drawer.addEventListener("keydown", ({ key }) => key === "Escape" && open(false));
    drawer.addEventListener("click", ({ target }) => {
      const level = target.closest(".level");
      if (!level || !target.dataset.step) return;
      const next = Number(level.querySelector("input").value) + Number(target.dataset.step);
      if (next >= 0) report(level, next);
    });
    drawer.addEventListener("change", ({ target }) => report(target.closest(".level"), target.valueAsNumber));
  }
})();
