/* What the widget tells of the page that it is on, where the shop has turned this on (the pages of a source).

   The source's rules say what a page is: product, cart, wishlist or purchase; the first that fits decides. A rule has a
   pattern for the path of the address (* stands for anything), a CSS selector, or both. Of a product page it tells what
   the page itself says of the product to search engines: JSON-LD of schema.org, else Open Graph. Nothing of it is about
   the visitor. Her visits are told only when the shop says that she agreed: data-views="granted". */

export function pageType(rules, page = document, path = location.pathname) {
  const fits = (rule) => (!rule.path || matches(rule.path, path)) && (!rule.selector || found(page, rule.selector));
  const rule = rules.find(fits);
  return rule ? rule.type : null;
}

export async function tellPage({ pages, tag, call, profile }) {
  const type = pageType(pages.rules);
  if (!type) return type;
  const product = type === "product" ? readProduct(document, tag.dataset.sku) : null;
  if (product && product.sku) await tellProduct(pages.source, product, call);
  if (tag.dataset.views === "granted") await tellVisit(type, product, call, profile());
  return type;
}

/* A page is told again in the same visit only when it says something else. */
async function tellProduct(source, product, call) {
  const memory = `waitline.told:${product.sku}`;
  const said = JSON.stringify(product);
  if (kept(memory) === said) return;
  await call("v1/storefront/pages", { source, ...product, observed_at: new Date().toISOString() });
  keep(memory, said);
}

function tellVisit(type, product, call, { anonymous_id, external_id }) {
  const who = { anonymousId: anonymous_id, userId: external_id, messageId: crypto.randomUUID() };
  if (type === "product") {
    const { sku, product_id, url } = product;
    return call("v1/track", { ...who, event: "Product Viewed", properties: { sku, product_id, url } });
  }
  if (type === "cart") return call("v1/track", { ...who, event: "Cart Viewed", properties: {} });
  return call("v1/page", { ...who, name: type, category: type, properties: { path: location.pathname } });
}

export function readProduct(page, selected) {
  const told = products(page).find((one) => !selected || one.sku === selected) || products(page)[0] || {};
  const group = told.isVariantOf || {};
  const offer = [told.offers].flat()[0] || {};
  const amount = text(offer.price ?? offer.lowPrice ?? meta(page, "product:price:amount"));
  const currency = text(offer.priceCurrency || meta(page, "product:price:currency"));
  return present({
    sku: text(selected || told.sku || meta(page, "product:retailer_item_id")),
    product_id: text(group.productGroupID || told.productGroupID || told.inProductGroupWithID || told.productID),
    name: text(group.name || told.name || meta(page, "og:title")),
    description: text(group.description || told.description || meta(page, "og:description")),
    url: address(canonical(page)),
    image_url: address(picture(told.image) || picture(group.image) || meta(page, "og:image")),
    price: amount && currency ? { amount, currency: currency.toUpperCase() } : undefined,
  });
}

/* Every schema.org product that the page describes, each variant of a group with what its group says. */
function products(page) {
  const scripts = [...page.querySelectorAll('script[type="application/ld+json"]')];
  const told = scripts.flatMap(({ textContent }) => parsed(textContent)).flatMap((one) => one["@graph"] || one);
  return told.flatMap((one) => {
    const kinds = [one["@type"]].flat();
    if (kinds.includes("ProductGroup")) return [one.hasVariant || []].flat().map((variant) => ({ ...variant, isVariantOf: one }));
    return kinds.includes("Product") ? [one] : [];
  });
}

function parsed(json) {
  try {
    return [JSON.parse(json)].flat().filter((one) => one && typeof one === "object");
  } catch {
    return []; // a page's own mistake
  }
}

function matches(pattern, path) {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "i").test(path);
}

function found(page, selector) {
  try {
    return page.querySelector(selector) !== null;
  } catch {
    return false; // no selector; the other rules still count
  }
}

function canonical(page) {
  const link = page.querySelector('link[rel="canonical"]');
  return link ? link.href : location.origin + location.pathname;
}

function meta(page, property) {
  const tag = page.querySelector(`meta[property="${property}"], meta[name="${property}"]`);
  return tag ? tag.content : undefined;
}

function picture(image) {
  const first = [image].flat()[0];
  return first && typeof first === "object" ? first.url || first.contentUrl : first;
}

function address(given) {
  try {
    return given ? new URL(given, location.href).href : undefined;
  } catch {
    return undefined;
  }
}

function text(value) {
  return value === undefined || value === null ? undefined : String(value).trim() || undefined;
}

function present(values) {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function kept(name) {
  try {
    return sessionStorage.getItem(name);
  } catch {
    return null; // storage is blocked
  }
}

function keep(name, value) {
  try {
    sessionStorage.setItem(name, value);
  } catch {
    return; // storage is blocked: it is told again with the next page
  }
}
