// Draws the charts of the report page with Observable Plot, from the results.json that the page carries (its
// shape: harness/report/json.hh). Each <figure data-chart="…" data-metric="…"> was written by the C++ program
// with its caption and its table; here it only gets its drawing.
"use strict";
(() => {
  const results = JSON.parse(document.getElementById("results").textContent);
  const armOfCell = new Map(results.cells.map((entry) => [JSON.stringify(entry.cell), entry.arm]));
  const armOf = (cell) => armOfCell.get(JSON.stringify(cell));

  // An arm is told by its symbol and by its colour, never by colour alone.
  const symbolNames = ["circle", "square", "triangle", "diamond", "star", "cross", "wye"];
  const colour = {domain: results.arms, range: results.arms.map((_, i) => `var(--series-${(i % 8) + 1})`)};
  const symbol = {domain: results.arms, range: results.arms.map((_, i) => symbolNames[i % symbolNames.length])};

  const metricOf = (name) => results.metrics.find((metric) => metric.name === name);
  const words = (metric, value) => `${value.toFixed(metric.shown.decimals)} ${metric.shown.unit}`.trim();
  // The caption says what is drawn; the axis only says in which unit.
  const axisLabel = (metric) => metric.shown.unit || "number";

  // The samples and summaries of one metric in the unit people see.
  function rowsOf(metric) {
    const shown = (value) => value * metric.shown.factor;
    const along = (cell) => (results.along === null ? null : Number(cell[results.along]));
    const samples = results.samples
      .filter((sample) => sample.counts && sample.metric === metric.name)
      .map((sample) => ({
        arm: armOf(sample.cell), x: along(sample.cell), y: shown(sample.value), block: sample.block,
        time: Date.parse(sample.time), cell: JSON.stringify(sample.cell),
        words: `${Object.entries(sample.cell).map(([axis, value]) => `${axis} ${value}`).join(", ")}\n` +
          `block ${sample.block}: ${words(metric, shown(sample.value))}`,
      }));
    const summaries = results.cells
      .filter((entry) => metric.name in entry.metrics)
      .map((entry) => ({entry, summary: entry.metrics[metric.name]}))
      .map(({entry, summary}) => ({
        arm: entry.arm, x: along(entry.cell), y: shown(summary.median),
        low: summary.interval ? shown(summary.interval.low) : null,
        high: summary.interval ? shown(summary.interval.high) : null,
      }));
    return {samples, summaries};
  }

  const common = (width, height) => ({
    width, height, marginLeft: 56, marginRight: 16, marginBottom: 40,
    style: {fontSize: "12.5px", fontFamily: "inherit", background: "none"}, color: colour, symbol,
  });

  // The value along the numeric axis of the matrix: a line through the medians, a band for their interval,
  // every sample as a small symbol beside it. Arms stand a little apart so that none hides another.
  function drawAlong(metric, width, isFirst) {
    const {samples, summaries} = rowsOf(metric);
    const ticks = results.axes.find((axis) => axis.name === results.along).values.map(Number);
    const isWide = ticks[0] > 0 && ticks.at(-1) / ticks[0] > 50;
    const step = Math.min(18, (0.6 * width) / ticks.length / results.arms.length);
    const inset = 14 + (step * results.arms.length) / 2;
    const marksOf = (arm, i) => {
      const dx = (i - (results.arms.length - 1) / 2) * step;
      const medians = summaries.filter((row) => row.arm === arm);
      const own = {stroke: "arm", x: "x"};
      return [
        // A median without an interval interrupts the band.
        Plot.areaY(medians, {x: "x", y1: "low", y2: "high", fill: "arm", fillOpacity: 0.13, dx}),
        Plot.ruleX(medians.filter((row) => row.low !== null),
          {...own, y1: "low", y2: "high", strokeWidth: 5, strokeOpacity: 0.3, dx}),
        Plot.lineY(medians, {...own, y: "y", strokeWidth: 2, dx}),
        Plot.dot(samples.filter((sample) => sample.arm === arm),
          {...own, y: "y", symbol: "arm", r: 2.2, strokeWidth: 1, dx: dx + Math.min(8, step / 2)}),
        Plot.dot(medians, {x: "x", y: "y", symbol: "arm", fill: "arm", r: 4.5, stroke: "var(--paper)", strokeWidth: 1, dx}),
      ];
    };
    return Plot.plot({
      ...common(width, isFirst ? Math.min(420, Math.max(300, width * 0.5)) : 250),
      x: {type: isWide ? "log" : "linear", label: results.along, ticks, tickFormat: String, insetLeft: inset,
          insetRight: inset, labelAnchor: "center", labelArrow: "none"},
      y: {label: axisLabel(metric), zero: true, nice: true, grid: true, labelArrow: "none"},
      marks: [
        Plot.ruleY([0], {stroke: "var(--quiet)"}),
        results.arms.map(marksOf),
        Plot.tip(samples, Plot.pointer({x: "x", y: "y", title: "words"})),
      ],
    });
  }

  // Without a numeric axis: one strip for each arm, its samples, the median as a bar, the interval as a band.
  function drawStrips(metric, width) {
    const {samples, summaries} = rowsOf(metric);
    const longest = Math.max(...results.arms.map((arm) => arm.length));
    return Plot.plot({
      ...common(width, 70 + 44 * results.arms.length),
      marginLeft: Math.min(width * 0.35, 24 + 7 * longest), marginRight: 24,
      x: {label: axisLabel(metric), zero: true, nice: true, grid: true, labelAnchor: "center", labelArrow: "none"},
      y: {type: "band", domain: results.arms, label: null, padding: 0.3},
      marks: [
        Plot.barX(summaries.filter((row) => row.low !== null),
          {y: "arm", x1: "low", x2: "high", fill: "arm", fillOpacity: 0.18}),
        Plot.tickX(summaries, {y: "arm", x: "y", stroke: "arm", strokeWidth: 3}),
        Plot.dot(samples, {y: "arm", x: "y", symbol: "arm", stroke: "arm", r: 3, strokeWidth: 1.2}),
        Plot.tip(samples, Plot.pointer({y: "arm", x: "y", title: "words"})),
      ],
    });
  }

  // Each sample as per cent of the median of its own cell, in the order of the run: drift, warm-up and
  // disturbances show as a slope or a step that all arms share.
  function drawOrder(metric, width) {
    const {samples} = rowsOf(metric);
    const start = Math.min(...samples.map((sample) => sample.time));
    const medians = d3.rollup(samples, (rows) => d3.median(rows, (row) => row.y), (row) => row.cell);
    const rows = samples
      .filter((sample) => medians.get(sample.cell) !== 0)
      .map((sample) => ({
        ...sample, minutes: (sample.time - start) / 60000, share: (100 * sample.y) / medians.get(sample.cell),
      }));
    return Plot.plot({
      ...common(width, 260),
      x: {label: "minutes since the first sample", insetLeft: 12, insetRight: 12, nice: true, labelAnchor: "center",
          labelArrow: "none"},
      y: {label: "% of the median of its cell", grid: true, nice: true, labelArrow: "none"},
      marks: [
        Plot.ruleY([100], {stroke: "var(--quiet)"}),
        Plot.dot(rows, {x: "minutes", y: "share", symbol: "arm", stroke: "arm", r: 3, strokeWidth: 1.3}),
        Plot.tip(rows, Plot.pointer({x: "minutes", y: "share", title: "words"})),
      ],
    });
  }

  const drawings = {along: drawAlong, strips: drawStrips, order: drawOrder};

  function legend() {
    const list = document.createElement("ul");
    list.className = "legend";
    for (const [i, arm] of results.arms.entries()) {
      const item = list.appendChild(document.createElement("li"));
      const svg = d3.select(item).append("svg").attr("width", 14).attr("height", 14).attr("viewBox", "-7 -7 14 14")
        .attr("aria-hidden", "true");
      svg.append("path").attr("fill", colour.range[i])
        .attr("d", d3.symbol(d3[`symbol${symbol.range[i][0].toUpperCase()}${symbol.range[i].slice(1)}`], 70)());
      item.append(arm);
    }
    return list;
  }

  function draw(figure) {
    const place = figure.querySelector(".chart");
    const metric = metricOf(figure.dataset.metric);
    const width = Math.max(240, Math.floor(place.clientWidth));
    if (place.dataset.width === String(width)) return;
    place.dataset.width = width;
    const svg = drawings[figure.dataset.chart](metric, width, figure.classList.contains("first"));
    const name = figure.querySelector("figcaption").textContent.trim().replace(/\s+/g, " ");
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", `${name} The table below the chart says the same.`);
    const title = document.createElementNS("http://www.w3.org/2000/svg", "title");
    title.textContent = metric.label;
    svg.prepend(title);
    place.replaceChildren(...(figure.dataset.chart === "strips" ? [] : [legend()]), svg);
  }

  const observer = new ResizeObserver((entries) => entries.forEach((entry) => draw(entry.target)));
  for (const figure of document.querySelectorAll("figure[data-chart]")) {
    draw(figure);
    observer.observe(figure);
  }

  // Downloads and the copy button work only with scripts, so they are hidden until here.
  const csvField = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const csvRows = [["time", "block", ...results.axes.map((axis) => axis.name), "metric", "value", "unit", "counts",
    "tainted"]];
  for (const sample of results.samples) {
    csvRows.push([sample.time, sample.block, ...results.axes.map((axis) => sample.cell[axis.name] ?? ""),
      sample.metric, sample.value, sample.unit, sample.counts, sample.tainted]);
  }
  const csv = csvRows.map((row) => row.map((field) => csvField(String(field))).join(",") + "\r\n").join("");
  const link = (id, type, text) => {
    document.getElementById(id).href = `data:${type};charset=utf-8,${encodeURIComponent(text)}`;
  };
  link("download-csv", "text/csv", csv);
  link("download-json", "application/json", document.getElementById("results").textContent);
  for (const button of document.querySelectorAll("button[data-copy]")) {
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
      button.textContent = "Copied";
    });
  }
  for (const element of document.querySelectorAll(".scripted")) element.hidden = false;
})();
