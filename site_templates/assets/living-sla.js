/* What a page does in its reader's browser: a chart's poster becomes a live chart at the first touch, a date
   tells its age, and two versions can be chosen to compare. Everything can be read without this file. */
(() => {
  "use strict";
  const DAY = 86400000;
  const CONFIG = { displayModeBar: false, displaylogo: false, doubleClick: "reset", responsive: true, scrollZoom: false, showTips: false };
  const live = new Map(); // figure → the element Plotly draws in
  const seen = new WeakSet();
  let bundle = null;

  function loadPlotly(url) {
    bundle ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = url;
      script.onload = () => resolve(window.Plotly);
      script.onerror = () => {
        bundle = null; // the next touch tries again
        reject(new Error(`${url} did not load`));
      };
      document.head.append(script);
    });
    return bundle;
  }

  function watch(figure) {
    const pointer = {};
    const touched = (event) => {
      const { clientX, clientY } = event.touches?.[0] ?? event;
      Object.assign(pointer, { clientX, clientY });
      if (event.type !== "pointermove") draw(figure, pointer).catch(() => {}); // the poster stays
    };
    const kinds = ["pointerenter", "pointermove", "touchstart", "focusin"];
    kinds.forEach((kind) => figure.addEventListener(kind, touched, { passive: true }));
    figure.addEventListener("keydown", (event) => walk(figure, event));
    figure.addEventListener("focusout", () => live.has(figure) && window.Plotly.Fx.unhover(live.get(figure)));
  }

  async function draw(figure, pointer) {
    if (live.has(figure)) return;
    const Plotly = await loadPlotly(figure.dataset.plotly);
    if (live.has(figure) || !figure.isConnected) return; // while the bundle was on its way
    const plot = document.createElement("div");
    plot.className = "sla-plot";
    plot.setAttribute("aria-hidden", "true"); // the poster speaks for both
    live.set(figure, plot);
    figure.querySelector(".sla-chart-box").append(plot);
    await paint(figure, plot);
    plot.on("plotly_relayout", (change) => {
      if ("xaxis.range[0]" in change) Plotly.relayout(plot, { "xaxis.tickmode": "auto" });
    });
    plot.on("plotly_doubleclick", () => paint(figure, plot));
    figure.classList.add("sla-live");
    if (pointer.clientX !== undefined) {
      plot.querySelector(".nsewdrag")?.dispatchEvent(new MouseEvent("mousemove", { bubbles: true, ...pointer }));
    }
  }

  function paint(figure, plot) {
    const { data, layout } = JSON.parse(figure.querySelector(".sla-figure").content.textContent);
    data.forEach((trace) => {
      for (const part of [trace.line, trace.marker, trace.marker?.line]) {
        if (part) part.color = colourOf(figure, trace.meta.role, part.color);
      }
      if (trace.fillcolor) trace.fillcolor = colourOf(figure, trace.meta.role, trace.fillcolor);
    });
    layout.shapes?.forEach((shape) => { shape.line.color = colourOf(figure, shape.name); });
    layout.annotations?.forEach((note) => Object.assign(note, { borderpad: 3, borderwidth: 0 }));
    return window.Plotly.react(plot, data, dressed(figure, layout), CONFIG);
  }

  /* The colour of a role, as the poster shows it now, with the transparency the figure asks for. */
  function colourOf(figure, role, own = "") {
    const sample = figure.querySelector(`.sla-poster .sla-${role}`) ?? figure;
    const colour = getComputedStyle(sample).color;
    const opacity = /^rgba\(.*,\s*([\d.]+)\)$/.exec(own)?.[1];
    return opacity ? colour.replace("rgb(", "rgba(").replace(")", `, ${opacity})`) : colour;
  }

  function dressed(figure, layout) {
    const label = getComputedStyle(figure.querySelector(".sla-poster .sla-text"));
    const font = { color: label.color, family: label.fontFamily, size: 12 };
    const grid = colourOf(figure, "grid");
    const axis = { tickfont: font, ticklabeloverflow: "allow", zeroline: false };
    const days = layout.xaxis.type === "date";
    const title = days ? { text: "%{x|%a %-d %b %Y}" } : {};
    const spike = { spikecolor: label.color, spikedash: "solid", spikethickness: 1 };
    return {
      ...layout,
      autosize: true,
      dragmode: matchMedia("(pointer: fine)").matches ? "zoom" : false,
      font,
      hoverlabel: { bgcolor: label.stroke, bordercolor: grid, font, namelength: -1 },
      hovermode: "x unified",
      paper_bgcolor: label.stroke,
      plot_bgcolor: label.stroke,
      showlegend: false,
      xaxis: { ...axis, ...spike, fixedrange: !days, showgrid: false, ticklabelstandoff: 3, unifiedhovertitle: title, ...layout.xaxis },
      yaxis: { ...axis, fixedrange: true, gridcolor: grid, hoverformat: ",.1~f", ticklabelposition: "inside top", ...layout.yaxis },
    };
  }

  /* The arrow keys read a chart point by point. */
  function walk(figure, event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const plot = live.get(figure);
    if (!plot || !step) return;
    event.preventDefault();
    const points = plot.calcdata.reduce((most, trace) => (trace.length > most.length ? trace : most), []);
    const place = Number(plot.dataset.place ?? (step > 0 ? -1 : points.length)) + step;
    plot.dataset.place = Math.min(points.length - 1, Math.max(0, place));
    const point = points[plot.dataset.place];
    window.Plotly.Fx.hover(plot, { xval: point.x ?? point.p }, "xy");
  }

  function tellAge(time) {
    const now = new Date();
    const today = Date.UTC(now.getFullYear(), now.getMonth(), now.getDate());
    const days = Math.round((today - Date.parse(time.dateTime.slice(0, 10))) / DAY);
    if (!Number.isFinite(days)) return;
    const [count, unit] = days < 60 ? [days, "day"] : days < 730 ? [days / 30.44, "month"] : [days / 365.25, "year"];
    const words = new Intl.RelativeTimeFormat(document.documentElement.lang || "en", { numeric: "auto" });
    time.append(` (${words.format(-Math.round(count), unit)})`);
    time.classList.toggle("sla-stale", days > Number(time.dataset.staleDays ?? Infinity));
  }

  /* The scorer adds up what is ticked, and points at the grade it reaches. */
  function score(form) {
    const [points, grade] = form.querySelectorAll("output");
    const grades = [...form.parentElement.querySelectorAll("tr[data-from]")];
    const tell = () => {
      const ticked = [...form.querySelectorAll("input:checked")];
      const total = ticked.reduce((sum, box) => sum + Number(box.dataset.points), 0);
      const reached = grades.find((row) => total >= Number(row.dataset.from));
      points.value = total;
      grade.value = reached ? reached.cells[0].textContent : "none";
      grades.forEach((row) => row.classList.toggle("sla-here", row === reached));
    };
    form.querySelector(".sla-score").hidden = false;
    form.addEventListener("change", tell);
    tell();
  }

  /* Two versions are compared by a script that only this form needs; without it the timeline's links serve. */
  function compare(form) {
    import(new URL(form.dataset.script, location.href)).then(({ choose }) => choose(form)).catch(() => {});
  }

  /* So is the calculator's; without it the calculation beside it stands. */
  function calculate(form) {
    import(new URL(form.dataset.script, location.href)).then(({ begin: start }) => start(form)).catch(() => {});
  }

  /* Escape closes the choice of versions, and so does a click elsewhere. */
  function pick(details) {
    details.addEventListener("keydown", ({ key }) => {
      if (key !== "Escape" || !details.open) return;
      details.open = false;
      details.querySelector("summary").focus();
    });
  }

  function closePickers({ target }) {
    document.querySelectorAll(".sla-picker details[open]").forEach((details) => {
      if (!details.contains(target)) details.open = false;
    });
  }

  function once(selector, act) {
    const fresh = [...document.querySelectorAll(selector)].filter((element) => !seen.has(element));
    fresh.forEach((element) => seen.add(element) && act(element));
  }

  /* Runs for every page: Material's instant navigation swaps pages under the same script. */
  function open() {
    live.forEach((plot, figure) => {
      if (!figure.isConnected && live.delete(figure)) window.Plotly.purge(plot);
    });
    once(".sla-chart", watch);
    once("time.sla-age", tellAge);
    once(".sla-scorer", score);
    once(".sla-compare", compare);
    once(".sla-calculator", calculate);
    once(".sla-picker details", pick);
  }

  function begin() {
    const repaint = () => live.forEach((plot, figure) => paint(figure, plot));
    new MutationObserver(repaint).observe(document.body, { attributes: true, attributeFilter: ["data-md-color-scheme"] });
    document.addEventListener("click", closePickers);
    if (typeof window.document$?.subscribe === "function") window.document$.subscribe(open);
    else open();
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
