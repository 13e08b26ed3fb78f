/* The plan's calculator: the numbers of judge/solving.py, exact, as fractions of BigInt [above, below], and said in
   the words of present/text.py. Loaded only where the calculator stands. */
const NAMES = {
  revenue: "revenue goal", share: "marketing's share", "average-sale": "average sale",
  "win-rate": "win rate", customers: "customers", leads: "leads",
};
/* What one of them is called, the others by their names. */
const ONE_OF = {
  share: "share", "average-sale": "deal value", customers: "number of customers", leads: "number of leads",
};
const KEYS = Object.keys(NAMES);
const IN_YAML = { revenue: "revenue", share: "marketing_share", "average-sale": "average_sale", "win-rate": "win_rate" };
const SALES_SIDE = ["revenue", "share", "average-sale"];
const LEADS_SIDE = ["leads", "win-rate"];
const SHARES = new Set(["share", "win-rate"]);
const MONEY = new Set(["revenue", "average-sale"]);
const ONE = [1n, 1n];
const FRACTION = /^(-?\d{1,40})\/(\d{1,40})$/;
const MOST_TYPED = 18;
const YAML_DECIMALS = 6;
const FEWEST_DECIMALS = 2;
const LONGEST_WHOLE = 18;
const ROUNDED_HERE = "rounded up here, and nowhere before";
const BY_SEGMENT = "rounded up in each segment, and nowhere before";
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
  const starts = Object.fromEntries(KEYS.map((key) => [key, fields[key].dataset.exact]));
  const terms = termsOf(form.dataset, starts);
  const begins = () => KEYS.forEach((key) => put(fields, key, starts[key]));
  const choice = form.elements.namedItem("solve");
  let wanted = choice.value;
  const tell = () => {
    wanted = choice.value;
    KEYS.forEach((key) => { fields[key].readOnly = key === wanted; });
    fields[wanted].value = "";
    show(form, fields, wanted, terms);
  };
  const keep = () => {
    const said = new URLSearchParams([["solve", wanted], ...KEYS.map((key) => [key, textOf(fields[key])])]);
    history.replaceState(history.state, "", `#${said}`);
  };
  const fromAddress = () => {
    if (!form.isConnected) return window.removeEventListener("hashchange", fromAddress);
    const said = new URLSearchParams(location.hash.slice(1));
    if (!KEYS.includes(said.get("solve"))) return undefined;
    choice.value = said.get("solve");
    KEYS.forEach((key) => put(fields, key, said.get(key) ?? ""));
    return tell();
  };
  choice.addEventListener("change", () => {
    fill(fields, wanted, choice.value, terms);
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
    begins();
    tell();
    history.replaceState(history.state, "", location.pathname + location.search);
  }));
  window.addEventListener("hashchange", fromAddress);
  form.hidden = false;
  begins();
  tell();
  fromAddress();
}

/* What was worked out becomes a number like the others, and what would say the newly wanted one twice is left out. */
function fill(fields, before, wanted, terms) {
  const { value, known } = answer(before, typed(fields, before), terms);
  if (value && before === "leads") put(fields, "leads", `${asked(value, partsOf({ ...known, leads: value }, terms))}`);
  else if (value) put(fields, before, before === "customers" ? `${ceiling(value)}` : written(before, value));
  if (wanted === "customers") fields.leads.value = "";
  else if (before === "customers") fields.customers.value = "";
}

function typed(fields, wanted) {
  return Object.fromEntries(KEYS.filter((key) => key !== wanted).map((key) => [key, textOf(fields[key])]));
}

/* Fills a field in: a fraction, which nobody reads, is shown rounded and kept underneath. */
function put(fields, key, text) {
  const found = FRACTION.exec(text);
  const value = found && BigInt(found[2]) ? cut(key, reduced(BigInt(found[1]), BigInt(found[2])), SHARES.has(key) ? 4 : 2, rounded) : undefined;
  fields[key].value = value?.[0] ? decimalText(key, value) : text;
  Object.assign(fields[key].dataset, { exact: text, shown: fields[key].value });
}

/* What a field says: the number that was filled in, exact, until it is typed over. */
function textOf({ value, dataset }) {
  return value === dataset.shown ? dataset.exact : value;
}

function show(form, fields, wanted, terms) {
  const result = form.querySelector("output");
  const { value, text, refusal, known, invalid } = answer(wanted, typed(fields, wanted), terms);
  KEYS.forEach((key) => fields[key].setAttribute("aria-invalid", key === invalid));
  result.value = value ? text : refusal[0].toUpperCase() + refusal.slice(1);
  result.classList.toggle("sla-refused", !value);
  const all = value ? { ...known, [wanted]: value } : known;
  form.querySelector("ol").replaceChildren(...steps(all, terms).map(item));
  const paste = form.querySelector(".sla-calculator-yaml");
  const yaml = value ? proposal(wanted, value, known, terms) : "";
  paste.hidden = !yaml;
  paste.querySelector("code").textContent = yaml;
}

/* What the calculator stands on: the plan's own numbers, the part of the leads that each of its segments brings, which
   of its inputs differ by segment, and the texts that a proposal fills in. `data` is the form's dataset. */
export function termsOf(data, starts) {
  const { sign, file, place, promise, goals } = data;
  const listed = (text) => text.split(" ").filter(Boolean);
  const weights = listed(data.weights).map((text) => reduced(...text.split("/").map(BigInt)));
  const said = Object.entries(starts).filter(([, text]) => text);
  const known = Object.fromEntries(said.map(([key, text]) => [key, read(key, text, sign)]));
  return { sign, file, place, promise, goals, weights, differing: listed(data.differing), starts: known };
}

function item([name, formula, result, note]) {
  const line = element("li", {}, element("span", { className: "sla-plan-name" }, name), ` ${formula} = `, element("strong", {}, result));
  if (note) line.append(" ", element("span", { className: "sla-muted" }, note));
  return line;
}

/* What one quantity comes to by the texts typed for the others: its value and words, or why there is none. With the
   terms of a plan by segment, leads are rounded up in each segment, as the plan does. */
export function answer(wanted, texts, terms) {
  const known = {};
  let [refusal, invalid] = ["", ""];
  Object.entries(texts).forEach(([key, text]) => {
    try {
      if (text.trim()) known[key] = read(key, text, terms.sign);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refusal ||= error.message;
      invalid ||= key;
    }
  });
  try {
    if (refusal) return { refusal, known, invalid };
    const value = solve(wanted, known);
    const parts = partsOf({ ...known, [wanted]: value }, terms);
    return { value, exact: exactText(value), text: solutionText(wanted, value, terms.sign, parts), known };
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
  const customers = customersOf(given);
  const value = solution(wanted, given, customers);
  if (SHARES.has(wanted) && value[0] > value[1]) {
    throw new Refusal(`${the(wanted)} would have to be more than 100%`, "lower the goal, or raise what else it is made from");
  }
  return value;
}

function check(key, [above, below]) {
  const name = ONE_OF[key] ?? NAMES[key];
  const refuse = (words, hint) => { throw Object.assign(new Refusal(words, hint), { key }); };
  if (above < 0n) refuse(`a ${name} cannot be negative`, "write what is expected, above 0");
  if (above === 0n) refuse(`a ${name} of zero gives no plan`, "write what is expected, above 0");
  if (SHARES.has(key) && above > below) refuse(`a ${name} over 100% counts more than there is`, "write 100% or less");
}

/* The customers by whatever says them without what is wanted; all that do must agree. */
function customersOf(given) {
  const found = [];
  if (SALES_SIDE.every((key) => given[key])) {
    found.push(["the revenue goal and the average sale", divide(times(given.revenue, given.share), given["average-sale"])]);
  }
  if (LEADS_SIDE.every((key) => given[key])) found.push(["the leads and the win rate", times(given.leads, given["win-rate"])]);
  if (given.customers) found.push(["the one that is said", given.customers]);
  if (new Set(found.map(([, value]) => exactText(value))).size > 1) {
    throw new Refusal(found.map(([name]) => name).join(" come to another number of customers than "), "leave out one of these numbers");
  }
  return found[0]?.[1];
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
  return new Refusal(`too little is known to work out ${the(wanted)}`, `say ${missing.map(the).join(" and ")} too`);
}

function the(key) {
  return key === "share" ? NAMES[key] : `the ${NAMES[key]}`;
}

/* A number as people type it: `160,000`, `$160,000`, `5%`, or exact as `20/1041`. */
function read(key, text, sign) {
  const plain = text.trim().replace(sign.trim(), "").replace(MINUS, "-").replaceAll(/[\s\u00a0\u202f]/g, "");
  const fraction = FRACTION.exec(plain);
  if (fraction && BigInt(fraction[2])) return reduced(BigInt(fraction[1]), BigInt(fraction[2]));
  const found = /^(-?)(\d{1,40}|\d{1,3}(?:,\d{3})+)(?:\.(\d{1,18}))?(%?)$/.exec(plain);
  if (SHARES.has(key) ? !found?.[4] : !found || found[4]) {
    const words = SHARES.has(key)
      ? `is not a percentage between 0% and 100%; write ${asPercent(plain)}`
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
function steps(known, terms) {
  const { sign } = terms;
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
    const parts = partsOf(known, terms);
    const whole = asked(leads, parts);
    const note = parts.length > 1 ? BY_SEGMENT : ROUNDED_HERE;
    lines.push(["leads", `${numberText(customers)} ${OVER} ${say("win-rate", rate)}`, numberText(leads), isWhole(leads, whole) ? "" : `${grouped(whole)}, ${note}`]);
  }
  if (sale && rate) lines.push(["value of a lead", `${say("average-sale", sale)} ${TIMES} ${say("win-rate", rate)}`, moneyText(times(sale, rate), sign)]);
  return lines;
}

/* The parts of the leads that are rounded up one by one: those of the plan's segments while all stands that differs
   between them, else all leads as one. */
function partsOf(all, terms) {
  const isKnown = all.revenue && all["average-sale"];
  const stands = terms.weights.length && isKnown && !changed(all, terms).some((key) => terms.differing.includes(key));
  return stands ? terms.weights : [ONE];
}

/* The inputs of plan.yml that are no longer those of the plan. */
function changed(known, { starts }) {
  const all = { share: ONE, ...known };
  return Object.keys(IN_YAML).filter((key) => all[key] && !(starts[key] && exactText(starts[key]) === exactText(all[key])));
}

/* The whole leads that a plan asks for. */
function asked(leads, parts) {
  return parts.reduce((sum, part) => sum + ceiling(times(leads, part)), 0n);
}

function isWhole(value, whole) {
  return value[1] === 1n && value[0] === whole;
}

/* What to paste so that the plan asks for the number that is shown: the inputs that changed into plan.yml, the leads into
   commitments.yml. Empty where there is nothing to propose. */
export function proposal(wanted, value, known, terms) {
  const all = { share: ONE, ...known, [wanted]: value };
  if (!all.customers && all.revenue && all["average-sale"]) all.customers = salesOf(all);
  const leads = all.leads ?? (all.customers && all["win-rate"] ? divide(all.customers, all["win-rate"]) : undefined);
  const number = leads && (known.leads ? ceiling(leads) : asked(leads, partsOf(all, terms)));
  const found = planned(wanted, all, number, terms);
  const whole = found.number ?? number;
  if (found.isTooLong || (whole && `${whole}`.length > LONGEST_WHOLE)) return "";
  const promised = terms.promise && whole ? [`# ${terms.place}: in the place of the measure of this promise\n${terms.promise.replace("LEADS", whole)}`] : [];
  return [...(found.text ? [found.text] : []), ...promised].join("\n");
}

function salesOf(all) {
  return divide(times(all.revenue, all.share), all["average-sale"]);
}

/* The keys of plan.yml, and the number they ask for where it is another. A plan by segment stays one if it can. */
function planned(wanted, all, number, terms) {
  if (!all.revenue || !all["average-sale"]) {
    return { text: `# ${terms.file}: to propose a plan, enter the revenue goal and the average sale too\n` };
  }
  const keys = changed(all, terms);
  if (!keys.length) return {};
  const isSplit = terms.weights.length > 0;
  const every = Object.keys(IN_YAML).filter((key) => all[key] && (keys.includes(key) || terms.differing.includes(key)));
  const parts = partsOf(all, terms);
  const stays = parts === terms.weights ? fitted(wanted, keys, all, number, parts) : undefined;
  const texts = stays ?? fitted(wanted, isSplit ? every : keys, all, number, [ONE]) ?? nearest(isSplit ? every : keys, all);
  if (Object.values(texts).some(([above, below]) => above === 0n || above / below >= 10n ** BigInt(LONGEST_WHOLE))) return { isTooLong: true };
  const asks = number && asked(leadsBy(all, texts), stays ? parts : [ONE]);
  const lines = Object.entries(texts).map(([key, value]) => line(key, value, all[key], terms));
  const out = isSplit && !stays ? "# take out `by` and `segments`: these numbers hold for all segments as one\n" : "";
  const other = asks === number ? "" : `# asks for ${asks}: with ${YAML_DECIMALS} decimals, no number asks for ${number}\n`;
  const head = `# ${terms.file}: put each key in the place of its own; leave the others as they are\n`;
  return { text: `${head}${out}${other}${lines.join("")}`, number: asks };
}

/* The shortest numbers that a file can hold and that ask for exactly the number; undefined where there are none. */
function fitted(wanted, keys, all, number, parts) {
  const rough = keys.filter((key) => !isTyped(key, all[key]));
  const free = keys.includes(wanted) ? wanted : rough.at(-1) ?? keys[0];
  const others = nearest(keys.filter((key) => key !== free), all);
  const aim = number ? divide(aimed(leadsBy(all, {}), number, parts), leadsBy(all, others)) : ONE;
  const value = SALES_SIDE.slice(0, 2).includes(free) ? times(all[free], aim) : divide(all[free], aim);
  return candidates(free, value).map((one) => ({ ...others, [free]: one }))
    .find((texts) => !number || asked(leadsBy(all, texts), parts) === number);
}

/* The leads themselves where they come to a number when they are rounded up in each part, else the most that do. */
function aimed(exact, number, parts) {
  if (asked(exact, parts) === number) return exact;
  let leads = [number, 1n];
  while (asked(leads, parts) > number) {
    const below = parts.map((part) => divide([ceiling(times(leads, part)) - 1n, 1n], part));
    leads = below.reduce((most, one) => (one[0] * most[1] > most[0] * one[1] ? one : most));
  }
  return leads;
}

function leadsBy(all, texts) {
  const values = { ...all, ...texts };
  return divide(salesOf(values), values["win-rate"]);
}

function nearest(keys, all) {
  return Object.fromEntries(keys.map((key) => [key, isTyped(key, all[key]) ? all[key] : cut(key, all[key], YAML_DECIMALS, rounded)]));
}

/* The value itself if a file can hold it, then the numbers beside it, from few decimals to many. */
function candidates(key, value) {
  const found = isTyped(key, value) ? [value] : [];
  for (let places = FEWEST_DECIMALS; places <= YAML_DECIMALS; places += 1) {
    found.push(...[floored, raised].map((round) => cut(key, value, places, round)));
  }
  return found.filter((one) => one[0] > 0n && !(SHARES.has(key) && one[0] > one[1]));
}

/* A value with so many decimals in the file, where a share is a percentage. */
function cut(key, value, places, round) {
  const hundredths = SHARES.has(key) ? 100n : 1n;
  return reduced(round(times(value, [hundredths, 1n]), places), 10n ** BigInt(places) * hundredths);
}

function floored([above, below], places) {
  return (above * 10n ** BigInt(places)) / below;
}

function raised([above, below], places) {
  return ceiling([above * 10n ** BigInt(places), below]);
}

function isTyped(key, value) {
  return !written(key, value).includes("/");
}

function line(key, value, exact, { goals }) {
  const isExact = exactText(value) === exactText(exact);
  const text = `${decimalText(key, value)}${isExact ? "" : `  # ${exactText(exact)}, rounded`}`;
  return key === "revenue" && goals ? goals.replace("REVENUE", text) : `${IN_YAML[key]}: ${text}\n`;
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

function solutionText(wanted, value, sign, parts) {
  const whole = wanted === "leads" ? asked(value, parts) : ceiling(value);
  if ((wanted === "leads" || wanted === "customers") && !isWhole(value, whole)) {
    const where = wanted === "leads" && parts.length > 1 ? " in each segment" : "";
    return `${NAMES[wanted]}: ${numberText(value)}, ${grouped(whole)} rounded up${where}`;
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
