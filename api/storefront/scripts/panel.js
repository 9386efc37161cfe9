/* The widget's panel: how may we reach you, on which terms, and the answer.

   One form with a choice of channels; each states what comes, how often and until when. The browser's own <dialog>
   keeps the focus inside, closes on Escape and makes the page behind it inert. */

export function openPanel({ base, tag, root, config, variant, call, text, locale, profile, onWaiting }) {
  const channels = config.channels.filter((channel) => channel !== "web_push" || pushWorks());
  const name = element("label", { htmlFor: "contact" });
  const input = element("input", { id: "contact" }, [], { "aria-describedby": "error" });
  const error = element("p", { className: "error", id: "error" }, [], { role: "alert" });
  const send = element("button", { className: "main" }, [text("submit")]);
  const leave = element("button", { type: "button", className: "quiet" }, [text("cancel")]);
  const choices = element("fieldset", {}, [element("legend", {}, [text("choose")]), ...channels.map(choice)]);
  const form = element("form", { noValidate: true, onchange: choose, onsubmit: submit }, [
    choices, name, input, error, element("div", { className: "row" }, [send, leave]),
  ]);
  const product = [variant.product_title, variant.title].filter(Boolean).join(", ");
  const dialog = element("dialog", {}, [
    element("h2", { id: "title" }, [text("title")]),
    element("p", {}, [text("intro", { product })]),
    form,
  ], { "aria-labelledby": "title" });
  dialog.onclose = () => dialog.remove();
  dialog.onclick = ({ target }) => {
    if (target === dialog) dialog.close(); // a click on the backdrop
  };
  leave.onclick = () => dialog.close();
  choose({});
  root.adoptedStyleSheets = [root.adoptedStyleSheets[0], sheet];
  root.append(dialog);
  dialog.showModal();

  function choice(channel, position) {
    const radio = { type: "radio", name: "channel", value: channel, id: channel, checked: position === 0 };
    const terms = `${text(`${channel}_terms`)} ${text(config.retention_days ? "expiry" : "no_expiry", { days: config.retention_days })}`;
    return element("label", { className: "choice" }, [
      element("input", radio, [], { "aria-describedby": `${channel}-terms` }),
      element("span", {}, [element("b", {}, [text(channel)]), element("small", { id: `${channel}-terms` }, [terms])]),
    ]);
  }

  function choose({ target }) {
    if (target === input) return;
    if (!channels.length) {
      choices.hidden = name.hidden = input.hidden = send.hidden = true;
      return complain(text("denied"));
    }
    const channel = form.elements.channel.value;
    const kind = channel === "sms" ? "tel" : "email";
    Object.assign(input, { type: kind, autocomplete: kind, hidden: channel === "web_push" });
    name.hidden = input.hidden;
    name.textContent = text(`${channel}_label`);
    complain("");
  }

  function complain(words) {
    error.textContent = words;
    input.setAttribute("aria-invalid", String(Boolean(words)));
  }

  async function submit(event) {
    event.preventDefault();
    const channel = form.elements.channel.value;
    complain("");
    send.disabled = true;
    try {
      const reached = await contact(channel);
      await enter(channel, reached);
      confirm(text(`done_${channel}`, { contact: reached.email || reached.phone }));
    } catch (problem) {
      complain(text(problem.key || "failed"));
      if (!input.hidden) input.focus();
    }
    send.disabled = false;
  }

  async function contact(channel) {
    if (channel === "web_push") return subscribe({ base, key: tag.dataset.key, vapid: config.vapid_public_key, profile: profile() });
    const value = input.value.trim();
    const plausible = channel === "email" ? /^[^\s@]+@[^\s@]+\.[^\s@]+$/ : /^\+?[\d\s()./-]{6,24}$/;
    if (!plausible.test(value)) fail(`invalid_${channel}`);
    return channel === "email" ? { email: value } : { phone: value };
  }

  async function enter(channel, reached) {
    const consents = [{ channel, text_version: config.consent_text_version }];
    const page = { locale: locale(), page_url: location.href.split("#")[0] };
    try {
      await call("v1/waitlist", { variant: variant.sku, profile: profile(), ...reached, consents, source: "explicit", ...page });
    } catch ({ problem }) {
      const fields = ((problem && problem.errors) || []).map(({ field }) => field);
      fail(fields.includes("email") ? "invalid_email" : fields.includes("phone") ? "invalid_sms" : "failed");
    }
  }

  function confirm(words) {
    leave.textContent = text("close");
    form.replaceWith(element("p", { className: "done" }, [words], { role: "status" }), leave);
    leave.focus();
    onWaiting();
  }

  function pushWorks() {
    return isSecureContext && "PushManager" in window && Notification.permission !== "denied";
  }

  async function activeWorker() {
    const script = new URL(tag.dataset.worker || "/waitline-sw.js", location.href);
    // A scope of its own, so that a service worker that the shop already has stays in charge of the shop's pages.
    const registration = await navigator.serviceWorker.register(script, { scope: new URL("waitline/", script).href });
    const worker = registration.active || registration.waiting || registration.installing;
    while (worker.state !== "activated")
      await new Promise((changed) => worker.addEventListener("statechange", changed, { once: true }));
    return registration;
  }

  async function subscribe(settings) {
    if ((await Notification.requestPermission()) !== "granted") fail("denied");
    const patience = new Promise((_, reject) => setTimeout(reject, 20000, new Error("no answer")));
    try {
      const { endpoint, keys } = (await Promise.race([obtain(settings), patience])).toJSON();
      return { push_subscription: { endpoint, keys } };
    } catch (error) {
      console.warn("Waitline:", error);
      return fail("push_failed");
    }
  }

  async function obtain(settings) {
    const options = { userVisibleOnly: true, applicationServerKey: settings.vapid };
    const { pushManager } = await activeWorker();
    // The service worker finds these when the browser renews its subscription while no page is open.
    await (await caches.open("waitline")).put("/waitline-settings", new Response(JSON.stringify(settings)));
    return pushManager.subscribe(options).catch(async (error) => {
      const former = await pushManager.getSubscription(); // made for a key that the shop had before
      if (!former) throw error;
      await former.unsubscribe();
      return pushManager.subscribe(options);
    });
  }
}

function fail(key) {
  throw Object.assign(new Error(key), { key });
}

function element(name, properties, children = [], attributes = {}) {
  const made = Object.assign(document.createElement(name), properties);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...children);
  return made;
}

const sheet = new CSSStyleSheet();
sheet.replaceSync(`
dialog{--bg:#fff;--ink:#1b1f1d;--soft:#5b6460;--line:#d9dedb;--bad:#b3261e;width:min(27rem,calc(100vw - 2rem));border:0;border-radius:calc(var(--r) + 6px);padding:1.6rem;background:var(--bg);color:var(--ink);box-shadow:0 18px 60px #0005;line-height:1.5;text-align:left;animation:rise .2s ease-out}
@media(prefers-color-scheme:dark){dialog{--bg:#1b201e;--ink:#eef2f0;--soft:#a8b3ae;--line:#3a433f;--bad:#ffb4ab}}
dialog::backdrop{background:#0008}
[hidden]{display:none!important}
h2{margin:0 0 .3rem;font-size:1.25rem;font-weight:700}
p{margin:0 0 1rem;color:var(--soft)}
fieldset{border:0;padding:0;margin:0 0 1rem;display:grid;gap:.5rem}
legend{padding:0;margin-bottom:.5rem;font-weight:600}
.choice{display:flex;gap:.7rem;padding:.7rem .8rem;border:1px solid var(--line);border-radius:var(--r);cursor:pointer}
.choice:has(:checked){border-color:var(--a);box-shadow:inset 0 0 0 1px var(--a)}
.choice input{margin:.3em 0 auto;accent-color:var(--a)}
b{display:block;font-weight:600}
small{display:block;font-size:.84em;line-height:1.45;color:var(--soft)}
#contact{width:100%;padding:.65em .8em;margin:.3rem 0;border:1px solid var(--line);border-radius:var(--r);background:none;color:inherit}
#contact[aria-invalid=true]{border-color:var(--bad)}
.error{color:var(--bad);margin:.2rem 0 .6rem;min-height:1.5em;font-size:.9em}
.done{color:var(--ink);margin:1rem 0}
.row{display:flex;gap:.5rem}
.main{background:var(--a);color:var(--on)}
.quiet{background:none;color:var(--soft)}
button:disabled{opacity:.6;cursor:progress}
@keyframes rise{from{opacity:0;transform:translateY(10px)}}`);
