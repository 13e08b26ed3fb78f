/* The plan's calculator: the numbers of judge/solving.py, exact, as fractions of BigInt [above, below], and said in
   the words of present/text.py. Loaded only where the calculator stands. */
const NAMES = {
  revenue: "revenue goal", share: "marketing's share", "average-sale": "average sale",
  "win-rate": "win rate", customers: "customers", leads: "leads",
};
const KEYS = Object.keys(NAMES);
const IN_YAML = { revenue: "revenue", share: "marketing_share", "average-sale": "average_sale", "win-rate": "win_rate" };
const SALES_SIDE = ["revenue", "share", "average-sale"];
const LEADS_SIDE = ["leads", "win-rate"];
const SHARES = new Set(["share", "win-rate"]);
const MONEY = new Set(["revenue", "average-sale"]);
const ONE = [1n, 1n];
const MOST_TYPED = 18;
const YAML_DECIMALS = 6;
const ROUNDED_HERE = "rounded up here, and nowhere before";
const [TIMES, OVER, MINUS] = ["\u00d7", "\u00f7", "\u2212"];

/* Why there is no number: what is wrong, and what would do. */
class Refusal extends Error {
  constructor(words, hint) {
    super(hint ? `${words}; ${hint}` : words);
  }
}

/* Makes the form work: it is shown, reads the address, and tells what its numbers come to at every change. */
export function begin(form) {
  const fields = Object.fromEntries(KEYS.map((key) => [key, form.elements.namedItem(key)]));
  const choice = form.elements.namedItem("solve");
  let wanted = choice.value;
  const tell = () => {
    wanted = choice.value;
    KEYS.forEach((key) => { fields[key].readOnly = key === wanted; });
    fields[wanted].value = "";
    show(form, fields, wanted);
  };
  const keep = () => {
    const said = new URLSearchParams([["solve", wanted], ...KEYS.map((key) => [key, fields[key].value])]);
    history.replaceState(history.state, "", `#${said}`);
  };
  const fromAddress = () => {
    if (!form.isConnected) return window.removeEventListener("hashchange", fromAddress);
    const said = new URLSearchParams(location.hash.slice(1));
    if (!KEYS.includes(said.get("solve"))) return undefined;
    choice.value = said.get("solve");
    KEYS.forEach((key) => { fields[key].value = said.get(key) ?? ""; });
    return tell();
  };
  choice.addEventListener("change", () => {
    fill(form, fields, wanted, choice.value);
    tell();
    keep();
  });
  form.addEventListener("input", ({ target }) => {
    if (target === choice) return;
    tell();
    keep();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => {
    tell();
    history.replaceState(history.state, "", location.pathname + location.search);
  }));
  window.addEventListener("hashchange", fromAddress);
  form.hidden = false;
  tell();
  fromAddress();
}

/* What was worked out becomes a number like the others, and what would say the newly wanted one twice is left out. */
function fill(form, fields, before, wanted) {
  const { value } = answer(before, typed(fields, before), form.dataset.sign);
  const isWhole = before === "leads" || before === "customers";
  if (value) fields[before].value = isWhole ? `${ceiling(value)}` : written(before, value);
  if (wanted === "customers") fields.leads.value = "";
  else if (before === "customers") fields.customers.value = "";
}

function typed(fields, wanted) {
  return Object.fromEntries(KEYS.filter((key) => key !== wanted).map((key) => [key, fields[key].value]));
}

function show(form, fields, wanted) {
  const { dataset } = form;
  const result = form.querySelector("output");
  const { value, text, refusal, known, invalid } = answer(wanted, typed(fields, wanted), dataset.sign);
  KEYS.forEach((key) => fields[key].setAttribute("aria-invalid", key === invalid));
  result.value = value ? text : refusal[0].toUpperCase() + refusal.slice(1);
  result.classList.toggle("sla-refused", !value);
  const all = value ? { ...known, [wanted]: value } : known;
  form.querySelector("ol").replaceChildren(...steps(all, dataset.sign).map(item));
  const proposal = form.querySelector(".sla-calculator-yaml");
  proposal.hidden = !value;
  if (value) proposal.querySelector("code").textContent = yaml(all, dataset);
}

function item([name, formula, result, note]) {
  const line = element("li", {}, element("span", { className: "sla-plan-name" }, name), ` ${formula} = `, element("strong", {}, result));
  if (note) line.append(" ", element("span", { className: "sla-muted" }, note));
  return line;
}

/* What one quantity comes to by the texts typed for the others: its value and words, or why there is none. */
export function answer(wanted, texts, sign = "$") {
  const known = {};
  let [refusal, invalid] = ["", ""];
  Object.entries(texts).forEach(([key, text]) => {
    try {
      if (text.trim()) known[key] = read(key, text, sign);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refusal ||= error.message;
      invalid ||= key;
    }
  });
  try {
    if (refusal) return { refusal, known, invalid };
    const value = solve(wanted, known);
    return { value, exact: exactText(value), text: solutionText(wanted, value, sign), known };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { refusal: error.message, known, invalid: error.key };
  }
}

/* The one quantity that all others leave open, exact. Throws a Refusal where there is none. */
export function solve(wanted, known) {
  const given = Object.fromEntries(Object.entries(known).filter(([key]) => key !== wanted));
  Object.entries(given).forEach(([key, value]) => check(key, value));
  if (wanted !== "share") given.share ??= ONE;
  const customers = customersOf(wanted, given);
  const value = solution(wanted, given, customers);
  if (SHARES.has(wanted) && value[0] > value[1]) {
    throw new Refusal(`the ${NAMES[wanted]} would have to be more than 100%`, "lower the goal, or raise what else it is made from");
  }
  return value;
}

function check(key, [above, below]) {
  const name = key === "average-sale" ? "deal value" : NAMES[key];
  const refuse = (words, hint) => { throw Object.assign(new Refusal(words, hint), { key }); };
  if (above < 0n) refuse(`a ${name} cannot be negative`, "write what is expected, above 0");
  if (above === 0n) refuse(`a ${name} of zero gives no plan`, "write what is expected, above 0");
  if (SHARES.has(key) && above > below) refuse(`a ${name} over 100% counts more than there is`, "write 100% or less");
}

/* The customers by whatever says them without what is wanted; all that do must agree. */
function customersOf(wanted, given) {
  const found = given.customers ? [given.customers] : [];
  if (SALES_SIDE.every((key) => given[key])) found.push(divide(times(given.revenue, given.share), given["average-sale"]));
  if (LEADS_SIDE.every((key) => given[key])) found.push(times(given.leads, given["win-rate"]));
  if (new Set(found.map(exactText)).size > 1) {
    throw new Refusal(`with all that is known, the ${NAMES[wanted]} is known twice, and not alike`, "leave out one of the numbers");
  }
  return found[0];
}

function solution(wanted, given, customers) {
  if (wanted === "customers" && customers) return customers;
  const side = SALES_SIDE.includes(wanted) ? SALES_SIDE : LEADS_SIDE;
  if (!customers || !side.every((key) => key === wanted || given[key])) throw unknowns(wanted, given, customers);
  switch (wanted) {
    case "revenue": return divide(times(customers, given["average-sale"]), given.share);
    case "share": return divide(times(customers, given["average-sale"]), given.revenue);
    case "average-sale": return divide(times(given.revenue, given.share), customers);
    case "win-rate": return divide(customers, given.leads);
    default: return divide(customers, given["win-rate"]);
  }
}

/* What else must be known, on the nearer way. */
function unknowns(wanted, given, customers) {
  const isKnown = (key) => given[key] || (key === "customers" && customers);
  const [own, other] = SALES_SIDE.includes(wanted) ? [SALES_SIDE, LEADS_SIDE] : [LEADS_SIDE, SALES_SIDE];
  const missing = own.filter((key) => !isKnown(key) && key !== wanted);
  if (!isKnown("customers")) missing.push(...other.filter((key) => !isKnown(key)));
  const names = missing.map((key) => NAMES[key]);
  return new Refusal(`two unknowns or more: ${[NAMES[wanted], ...names].join(", ")}`, `say ${names.join(" and ")}`);
}

/* A number as people type it: `160,000`, `$160,000`, `5%`, or exact as `20/1041`. */
function read(key, text, sign) {
  const plain = text.trim().replace(sign.trim(), "").replace(MINUS, "-").replaceAll(/[\s\u00a0\u202f]/g, "");
  const fraction = /^(-?\d{1,40})\/(\d{1,40})$/.exec(plain);
  if (fraction && BigInt(fraction[2])) return reduced(BigInt(fraction[1]), BigInt(fraction[2]));
  const found = /^(-?)(\d{1,40}|\d{1,3}(?:,\d{3})+)(?:\.(\d{1,18}))?(%?)$/.exec(plain);
  if (SHARES.has(key) ? !found?.[4] : !found || found[4]) {
    const words = SHARES.has(key)
      ? `is not between 0% and 100%; write ${asPercent(plain)}`
      : "is not a plain number; write digits only, for example 1000 or 4.5";
    throw new Refusal(`${NAMES[key]} \u201c${text.trim()}\u201d ${words}`);
  }
  const [, minus, whole, decimals = "", percent] = found;
  const below = 10n ** BigInt(decimals.length) * (percent ? 100n : 1n);
  return reduced(BigInt(`${minus}${whole.replaceAll(",", "")}${decimals}`), below);
}

/* The percentage that was probably meant, or an example of one. */
function asPercent(text) {
  const found = /^(\d{1,3})(?:[.,](\d{1,6}))?$/.exec(text);
  if (!found) return "a percentage, for example 95%";
  const isPart = Number(found[1]) < 1;
  const meant = Number(`${found[1]}.${found[2] ?? 0}`) * (isPart ? 100 : 1);
  return meant <= 100 ? `${Number(meant.toFixed(6))}%` : "100% or less";
}

/* The steps whose numbers are known, as present/calculation.py tells them. */
function steps(known, sign) {
  const { revenue, share = ONE, customers: own, leads: given } = known;
  const [sale, rate] = [known["average-sale"], known["win-rate"]];
  const say = (key, value) => shown(key, value, sign);
  const lines = [];
  const customers = revenue && sale?.[0] ? divide(times(revenue, share), sale) : own ?? (given && rate ? times(given, rate) : undefined);
  if (revenue && sale?.[0]) {
    const part = exactText(share) === "1" ? "" : ` ${TIMES} ${say("share", share)}`;
    lines.push(["customers", `${say("revenue", revenue)}${part} ${OVER} ${say("average-sale", sale)}`, numberText(customers)]);
  }
  if (customers && rate?.[0]) {
    const leads = divide(customers, rate);
    const isWhole = leads[1] === 1n;
    lines.push(["leads", `${numberText(customers)} ${OVER} ${say("win-rate", rate)}`, numberText(leads), isWhole ? "" : `${grouped(ceiling(leads))}, ${ROUNDED_HERE}`]);
  }
  if (sale && rate) lines.push(["value of a lead", `${say("average-sale", sale)} ${TIMES} ${say("win-rate", rate)}`, moneyText(times(sale, rate), sign)]);
  return lines;
}

/* What to paste: the inputs that are known into plan.yml, the leads into commitments.yml. */
function yaml(known, { file, promise }) {
  const inputs = Object.entries(IN_YAML).filter(([key]) => known[key]).map(([key, name]) => {
    const text = written(key, known[key]);
    if (!text.includes("/")) return `${name}: ${text}\n`;
    return `${name}: ${decimalText(key, known[key])}  # ${text}, rounded\n`;
  });
  const leads = known.leads ?? (known.customers && known["win-rate"] ? divide(known.customers, known["win-rate"]) : undefined);
  const promised = promise && leads ? `\n# commitments.yml\n${promise.replace("LEADS", ceiling(leads))}` : "";
  return `# ${file}\n${inputs.join("")}${promised}`;
}

/* Exact as it can be typed again; a fraction where six decimals do not suffice. */
function written(key, value) {
  const of = SHARES.has(key) ? times(value, [100n, 1n]) : value;
  return (10n ** BigInt(YAML_DECIMALS) * of[0]) % of[1] === 0n ? decimalText(key, value) : exactText(value);
}

function decimalText(key, value) {
  const of = SHARES.has(key) ? times(value, [100n, 1n]) : value;
  const text = digits(rounded(of, YAML_DECIMALS), YAML_DECIMALS).replaceAll(",", "").replace(/\.?0+$/, "");
  return SHARES.has(key) ? `${text}%` : text;
}

function solutionText(wanted, value, sign) {
  if ((wanted === "leads" || wanted === "customers") && value[1] !== 1n) {
    return `${NAMES[wanted]}: ${numberText(value)}, ${grouped(ceiling(value))} rounded up`;
  }
  return `${NAMES[wanted]}: ${shown(wanted, value, sign)}`;
}

function shown(key, value, sign) {
  if (MONEY.has(key)) return moneyText(value, sign);
  return SHARES.has(key) ? percentText(value) : numberText(value);
}

function numberText(value) {
  const places = Math.min(2, decimals(value));
  const text = digits(rounded(value, places), places);
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

function moneyText(value, sign) {
  const isSmall = decimals(value) > 0 && value[0] < 100n * value[1] && value[0] > -100n * value[1];
  const text = digits(rounded(value, isSmall ? 2 : 0), isSmall ? 2 : 0);
  return text.startsWith(MINUS) ? `${MINUS}${sign}${text.slice(1)}` : `${sign}${text}`;
}

function percentText(value) {
  return `${digits(rounded(value, 3), 1).replace(/\.0$/, "")}%`;
}

/* The decimals that write a number in full, as many as anybody can type. */
function decimals([above, below]) {
  for (let places = 0; places < MOST_TYPED; places += 1) if ((above * 10n ** BigInt(places)) % below === 0n) return places;
  return MOST_TYPED;
}

/* A value times ten to so many places, rounded half to even. */
function rounded([above, below], places) {
  const scaled = above * 10n ** BigInt(places);
  let whole = scaled / below;
  let rest = scaled % below;
  if (rest < 0n) [whole, rest] = [whole - 1n, rest + below];
  const half = 2n * rest - below;
  return half > 0n || (half === 0n && whole % 2n) ? whole + 1n : whole;
}

/* A whole number read as one with so many decimals. */
function digits(scaled, places) {
  const text = `${scaled < 0n ? -scaled : scaled}`.padStart(places + 1, "0");
  const [whole, part] = [text.slice(0, text.length - places), text.slice(text.length - places)];
  return `${scaled < 0n ? MINUS : ""}${grouped(whole)}${places ? `.${part}` : ""}`;
}

function grouped(whole) {
  return `${whole}`.replace(/\B(?=(\d{3})+$)/g, ",");
}

function ceiling([above, below]) {
  return above > 0n ? (above + below - 1n) / below : above / below;
}

function exactText([above, below]) {
  return below === 1n ? `${above}` : `${above}/${below}`;
}

function times([a, b], [c, d]) {
  return reduced(a * c, b * d);
}

function divide([a, b], [c, d]) {
  return c < 0n ? reduced(-a * d, -b * c) : reduced(a * d, b * c);
}

function reduced(above, below) {
  let [a, b] = [above < 0n ? -above : above, below];
  while (b) [a, b] = [b, a % b];
  return [above / a, below / a];
}

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}
