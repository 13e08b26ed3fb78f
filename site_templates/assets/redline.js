/* The choice of two versions: their texts are fetched, compared line by line and word by word, and shown as the
   pages made at build show them (present/redline.py). Loaded only where the choice stands. */
const CONTEXT = 3;
const LEAST_SKIPPED = 3;
const LEAST_ALIKE = 0.4;
const MOST_CELLS = 2e7; // a table of this size still takes no second
const WORDS = /\n|[^\S\n]+|[\p{L}\p{N}_]+(?:[.,-][\p{L}\p{N}_]+)*|[^\p{L}\p{N}_\s]/gu;
const SIGNS = { same: " ", out: "\u2212", in: "+", changed: "\u00b1" };
const WORD_OF = { same: "unchanged", out: "removed", in: "added", changed: "changed" };

/* Makes the form work: it is shown, answers its button and the address, and keeps the choice in the address. */
export function choose(form) {
  const [from, to] = form.querySelectorAll("select");
  const result = form.querySelector(".sla-compare-result");
  const sources = new Map([...from.options].map((option) => [option.value, new URL(option.dataset.texts, location.href).href]));
  const show = async () => {
    const pair = [from, to].map((select) => select.value);
    history.replaceState(history.state, "", `#${pair.map(encodeURIComponent).join("..")}`);
    result.replaceChildren(await compared(form, pair, sources));
  };
  const fromAddress = () => {
    if (!form.isConnected) return window.removeEventListener("hashchange", fromAddress);
    const pair = decoded(location.hash).slice(1).split("..");
    if (pair.length !== 2 || !pair.every((number) => sources.has(number))) return undefined;
    [from.value, to.value] = pair;
    return show();
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    show();
  });
  window.addEventListener("hashchange", fromAddress);
  form.hidden = false;
  return fromAddress();
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return ""; // an address somebody typed
  }
}

async function compared(form, pair, sources) {
  if (pair[0] === pair[1]) return element("p", {}, `Both are version ${pair[0]}.`);
  try {
    const [old, now] = await Promise.all(pair.map(async (number) => {
      const answer = await fetch(sources.get(number));
      if (!answer.ok) throw new Error(`${answer.status} for ${number}`);
      return (await answer.json()).texts;
    }));
    const page = document.createDocumentFragment();
    page.append(element("h3", {}, `From ${pair[0]} to ${pair[1]}`), steps(form, pair), ...files(old, now));
    return page;
  } catch {
    return element("p", {}, "The texts could not be loaded. The links below lead to every comparison made beforehand.");
  }
}

/* What changed in words stands at every version between the two. */
function steps(form, pair) {
  const numbers = [...form.querySelector("select").options].map((option) => option.value).reverse();
  const [first, last] = pair.map((number) => numbers.indexOf(number)).sort((a, b) => a - b);
  const line = element("p", { className: "sla-version-links" }, "In words, step by step:");
  numbers.slice(first + 1, last + 1).forEach((number) => {
    const option = [...form.querySelector("select").options].find(({ value }) => value === number);
    line.append(element("a", { href: option.dataset.row }, number));
  });
  return line;
}

function files(old, now) {
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])].sort();
  const changed = names.filter((name) => old[name] !== now[name]);
  if (!changed.length) return [element("p", {}, "The texts are the same.")];
  return changed.map((name) => {
    const mark = name in old ? (name in now ? "" : " removed") : " added";
    const head = element("h4", {}, element("code", {}, name), element("span", { className: "sla-muted" }, mark));
    return element("section", { className: "sla-redline" }, head, ...rows(linesOf(old[name]), linesOf(now[name])));
  });
}

function linesOf(text = "") {
  return text ? text.replace(/\n$/, "").split("\n") : [];
}

function rows(old, now) {
  const runs = diff(old, now);
  return runs.flatMap((run, n) => {
    if (!run.same) return changedLines(run.out, run.in).map((parts) => row(parts));
    const first = n ? CONTEXT : 0;
    const last = Math.max(first, run.out.length - (n < runs.length - 1 ? CONTEXT : 0));
    const plain = run.out.map((text) => row([["same", text]]));
    if (last - first < LEAST_SKIPPED) return plain;
    const skipped = element("p", { className: "sla-skipped" }, `\u2026 ${last - first} unchanged lines`);
    return [...plain.slice(0, first), skipped, ...plain.slice(last)];
  });
}

/* One line: what is taken out is struck through and said, what is put in is underlined and said. */
function row(parts) {
  const mark = markOf(parts);
  const code = element("code");
  parts.forEach(([kind, text]) => {
    if (kind === "same") return code.append(text);
    const [, indent, rest] = /^(\s*)([^]*)$/.exec(text);
    const hidden = element("span", { className: "sla-hidden" }, `${WORD_OF[kind]}: `);
    const tag = kind === "out" ? element("del", { className: "sla-del" }) : element("ins", { className: "sla-ins" });
    tag.append(hidden, parts.length === 1 ? rest : text);
    return code.append(...(parts.length === 1 ? [indent, tag] : [tag]));
  });
  const sign = element("span", { className: "sla-sign", ariaHidden: "true" }, SIGNS[mark]);
  return element("div", { className: `sla-line sla-line-${WORD_OF[mark]}` }, sign, code);
}

function markOf(parts) {
  const kinds = new Set(parts.map(([kind]) => kind));
  return kinds.size === 1 ? [...kinds][0] : kinds.size ? "changed" : "same";
}

/* Lines that took the place of others, the words that differ told apart; unlike ones as wholes. */
function changedLines(old, now) {
  const [before, after] = [old, now].map((lines) => lines.map((line) => `${line}\n`).join(""));
  let parts = [["out", before], ["in", after]];
  if (before.trim() && after.trim()) {
    const words = wordParts(before, after);
    const same = words.reduce((sum, [kind, text]) => sum + (kind === "same" ? count(text) : 0), 0);
    if (2 * same >= LEAST_ALIKE * (count(before) + count(after))) parts = words;
  }
  const lines = [];
  let line = [];
  parts.forEach(([kind, text]) => {
    (text.match(/[^\n]+|\n/g) ?? []).forEach((piece) => {
      if (piece !== "\n") return line.push([kind, piece]);
      lines.push(line.length ? line : [[kind, ""]]);
      line = [];
      return undefined;
    });
  });
  if (line.length) lines.push(line); // of what was taken out, the last line end is not kept
  return lines;
}

function wordParts(before, after) {
  const runs = [];
  diff(before.match(WORDS) ?? [], after.match(WORDS) ?? []).forEach(({ same, out, in: put }) => {
    let run = { same, out: out.join(""), put: put.join("") };
    const [first, between] = runs.slice(-2);
    if (between && !same && between.same && !between.out.includes("\n") && weight(between.out) <= Math.min(most(first), most(run))) {
      runs.splice(-2);
      run = { same: false, out: first.out + between.out + run.out, put: first.put + between.put + run.put };
    }
    runs.push(run);
  });
  return runs.flatMap(({ same, out, put }) => {
    if (same || !(out + put).trim()) return [["same", put]];
    const told = put.includes("\n") ? out : out.replace(/\s*\n\s*$/, " ");
    return out.startsWith("\n") ? [["in", put], ["out", told]] : [["out", told], ["in", put]];
  }).filter(([, text]) => text);
}

function count(text) {
  return (text.match(WORDS) ?? []).filter((word) => word.trim()).length;
}

function weight(text) {
  return text.replace(/\s/g, "").length;
}

function most(run) {
  return Math.max(weight(run.out), weight(run.put));
}

/* Two lists as runs that are the same, or of which one took the place of the other: the longest common part. */
function diff(old, now) {
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < old.length - head && tail < now.length - head && old.at(-1 - tail) === now.at(-1 - tail)) tail += 1;
  const [a, b] = [old.slice(head, old.length - tail), now.slice(head, now.length - tail)];
  const runs = [];
  const add = (same, out, put) => {
    const open = runs.at(-1);
    if (open && open.same === same) {
      open.out.push(...out);
      open.in.push(...put);
    } else if (out.length || put.length) runs.push({ same, out: [...out], in: [...put] });
  };
  add(true, old.slice(0, head), now.slice(0, head));
  walk(a, b, add);
  add(true, old.slice(old.length - tail), now.slice(now.length - tail));
  return runs;
}

function walk(a, b, add) {
  const width = b.length + 1;
  if ((a.length + 1) * width > MOST_CELLS) return add(false, a, b);
  const common = new Uint32Array((a.length + 1) * width); // of what is left of both
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const at = i * width + j;
      common[at] = a[i] === b[j] ? common[at + width + 1] + 1 : Math.max(common[at + width], common[at + 1]);
    }
  }
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) add(true, [a[i++]], [b[j++]]);
    else if (j === b.length || (i < a.length && common[(i + 1) * width + j] >= common[i * width + j + 1])) add(false, [a[i++]], []);
    else add(false, [], [b[j++]]);
  }
  return undefined;
}

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}
