/* Waitline's storefront widget: one script tag that offers to tell a shopper when a sold-out variant is back.

   <script src="https://waitline.example/storefront/widget.js" data-key="wk_…" data-sku="FJELL-M" async></script>

   data-sku        the selected variant; change it, or call Waitline.setVariant(sku), when the shopper picks another
   data-target     CSS selector of the shop's own button; without it the widget appears where the script tag is
   data-placement  "beside" that button (default) or "replace" (it is hidden while the widget is there)
   data-worker     path of the shop's service worker file (default /waitline-sw.js), which imports Waitline's
   data-customer   the shop's id of a signed-in customer
   data-locale     overrides the page's language
   data-source     the source whose pages these are; needed when several sources have their pages read
   data-views      "granted" where the visitor agreed that her visits are told
   Looks: --waitline-accent, --waitline-on-accent and --waitline-radius on any ancestor.

   This file decides when and where the button is; panel.js, loaded on demand, does the asking. */
(() => {
  "use strict";
  const tag = document.currentScript || document.querySelector("script[data-key][src*='storefront/widget.js']");
  const base = new URL("..", tag.src).href;
  const host = document.createElement("waitline-notify");
  const root = host.attachShadow({ mode: "open" });
  const waitingFor = new Set();
  let config, variant, replaced, round = 0;

  const call = async (path, body) => {
    const headers = { Authorization: `Bearer ${tag.dataset.key}` };
    if (body) headers["Content-Type"] = "application/json";
    const response = await fetch(base + path, { method: body ? "POST" : "GET", headers, body: JSON.stringify(body) });
    const answer = await response.json();
    if (!response.ok) throw Object.assign(new Error(answer.detail || answer.title), { problem: answer });
    return answer;
  };

  /* The texts come with the configuration, so that what a shopper agreed to is known by its version. */
  const locale = () => tag.dataset.locale || document.documentElement.lang || navigator.language;
  const text = (key, values) => {
    const texts = config.texts[locale()] || config.texts[locale().split("-")[0]] || config.texts.en;
    return (texts[key] || "").replace(/\{(\w+)\}/g, (_, name) => values[name]);
  };

  const remembered = () => {
    const fresh = Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
    try {
      const id = localStorage.getItem("waitline.anonymous_id") || fresh;
      localStorage.setItem("waitline.anonymous_id", id);
      return id;
    } catch {
      return fresh; // storage is blocked: each page view is a visitor of its own
    }
  };
  const anonymous_id = remembered();
  const profile = () => {
    const external_id = tag.dataset.customer;
    return external_id ? { anonymous_id, external_id } : { anonymous_id };
  };

  const ask = async () => {
    const { openPanel } = await import(`${base}storefront/panel.js`);
    const asked = variant;
    const onWaiting = () => {
      waitingFor.add(asked.sku);
      draw();
    };
    openPanel({ base, tag, root, config, variant: asked, call, text, locale, profile, onWaiting });
  };

  const draw = () => {
    const waiting = waitingFor.has(variant.sku);
    const button = Object.assign(document.createElement("button"), { type: "button", onclick: ask });
    button.className = waiting ? "ask waiting" : "ask";
    button.textContent = text(waiting ? "waiting" : "button");
    const former = root.querySelector(".ask");
    if (former) former.replaceWith(button);
    else root.append(button);
  };

  const offered = () => variant && !variant.available && config.offer_active && config.inventory_mode === "deny";

  const place = () => {
    if (replaced) replaced.style.removeProperty("display");
    replaced = undefined;
    if (!offered()) return host.remove();
    const target = tag.dataset.target && document.querySelector(tag.dataset.target);
    if (target && tag.dataset.placement === "replace") {
      replaced = target;
      target.style.setProperty("display", "none", "important");
    }
    const neighbour = target || (document.body.contains(tag) && tag);
    if (!neighbour) document.body.append(host);
    else if (neighbour.nextSibling !== host) neighbour.after(host);
    draw();
  };

  const configured = async () => {
    const { source } = tag.dataset;
    const found = await call(`v1/storefront/config${source ? `?source=${encodeURIComponent(source)}` : ""}`);
    if (found.pages) tell(found.pages);
    return found;
  };

  /* What the page says of its product, where the shop wants it told (pages.js). */
  const tell = async (pages) => {
    try {
      const { tellPage } = await import(`${base}storefront/pages.js`);
      window.Waitline.pageType = await tellPage({ pages, tag, call, profile });
    } catch (error) {
      console.warn("Waitline:", error);
    }
  };

  const refresh = async () => {
    const mine = ++round;
    const { sku } = tag.dataset;
    host.inert = true; // no click may land on the variant that was selected before
    const panel = root.querySelector("dialog");
    if (panel) panel.close();
    let found;
    try {
      config = config || (await configured());
      if (sku) found = await call(`v1/storefront/variants/${encodeURIComponent(sku)}`);
    } catch (error) {
      console.warn("Waitline:", error); // nothing to offer, and the shop's page works on
    }
    if (mine !== round) return; // another variant was picked meanwhile
    variant = found;
    host.inert = false;
    place();
  };

  const sheet = new CSSStyleSheet(); // a constructed sheet, because a shop's content policy may forbid inline styles
  sheet.replaceSync(`
:host{--a:var(--waitline-accent,#1d5c46);--on:var(--waitline-on-accent,#fff);--r:var(--waitline-radius,10px);display:inline-block}
@media(prefers-color-scheme:dark){:host{--a:var(--waitline-accent,#7fd1b0);--on:var(--waitline-on-accent,#0d2119)}}
*{box-sizing:border-box;font:inherit}
button{cursor:pointer;border-radius:var(--r);padding:.75em 1.3em;font-weight:600;border:1px solid transparent;transition:filter .15s}
button:hover{filter:brightness(1.08)}
:focus-visible{outline:2px solid var(--a);outline-offset:2px}
.ask{width:100%;background:var(--a);color:var(--on)}
.waiting{background:none;border-color:var(--a);color:var(--a)}
.waiting::before{content:"✓ "}
@media(prefers-reduced-motion:reduce){*{animation:none!important;transition:none!important}}`);
  root.adoptedStyleSheets = [sheet];

  const watched = ["data-sku", "data-target", "data-placement", "data-locale"];
  new MutationObserver(refresh).observe(tag, { attributes: true, attributeFilter: watched });
  window.Waitline = { setVariant: (sku) => { tag.dataset.sku = sku || ""; }, refresh };
  refresh();
})();
