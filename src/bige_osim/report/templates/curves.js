// Draws the columns of a page's tables, as the reader chooses.
"use strict";
(() => {
  const SIDES = [
    { name: "right", colour: "--blue", dash: [] },
    { name: "left", colour: "--orange", dash: [6, 3] },
  ];
  const colourOf = (name) =>
    getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  // Rows of a table (RFC 4180 without line breaks within a field).
  function parse(text) {
    const split = (line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map((m) =>
        m[1] === undefined ? m[2] : m[1].replaceAll('""', '"'));
    const [head, ...rows] = text.trim().split(/\r?\n/).map(split);
    return { head, rows };
  }

  // "knee_flexion right (deg)" and "activation soleus_r (0 to 1)" have two sides.
  function sideOf(column) {
    const word = / (right|left)(?= )/.exec(column);
    if (word) return { key: column.replace(word[0], ""), side: word[1] };
    const end = /_([rl])(?= \()/.exec(column);
    if (end) {
      return { key: column.replace(end[0], ""), side: end[1] === "r" ? "right" : "left" };
    }
    return { key: column, side: "right" };
  }

  // What can be drawn: key -> side -> values by repetition, over one axis.
  function read(text) {
    const { head, rows } = parse(text);
    const cycle = rows[0][1] !== "";
    const numbers = [...new Set(rows.map((row) => row[0]))];
    const own = numbers.map((n) => rows.filter((row) => row[0] === n));
    const quantities = new Map();
    head.slice(3).forEach((column, at) => {
      const { key, side } = sideOf(column);
      const values = own.map((part) =>
        part.map((row) => (row[at + 3] === "" ? null : Number(row[at + 3]))));
      if (!quantities.has(key)) quantities.set(key, {});
      quantities.get(key)[side] = values;
    });
    return {
      axis: cycle ? "repetition (%)" : "time (s)",
      x: own[0].map((row) => Number(row[cycle ? 1 : 2])),
      quantities,
      count: numbers.length,
    };
  }

  const mean = (rows) =>
    rows[0].map((_, i) => {
      const known = rows.map((row) => row[i]).filter((value) => value !== null);
      return known.length ? known.reduce((a, b) => a + b) / known.length : null;
    });

  function seriesOf(sides, count) {
    const series = [], data = [];
    for (const { name, colour, dash } of SIDES.filter((side) => sides[side.name])) {
      if (count > 1) {
        series.push({ label: `${name}, mean`, stroke: colourOf(colour), width: 2.5, dash });
        data.push(mean(sides[name]));
      }
      sides[name].forEach((values, i) => {
        series.push({
          label: count > 1 ? `${name} ${i + 1}` : name,
          stroke: colourOf(colour), width: count > 1 ? 1 : 2.5, dash,
          alpha: count > 1 ? 0.55 : 1,
        });
        data.push(values);
      });
    }
    const value = (_, number) => (number === null ? "–" : number.toPrecision(3));
    return { series: series.map((one) => ({ ...one, value })), data };
  }

  function draw(place, curves, key) {
    const { series, data } = seriesOf(curves.quantities.get(key), curves.count);
    const line = { stroke: colourOf("--ink"), grid: { stroke: colourOf("--rule"), width: 1 } };
    place.replaceChildren();
    return new uPlot({
      width: place.clientWidth, height: 300,
      scales: { x: { time: false } },
      axes: [{ ...line, label: curves.axis }, { ...line, label: key }],
      series: [{ label: curves.axis, value: (_, at) => (at === null ? "–" : at.toFixed(curves.axis.includes("%") ? 0 : 2)) }, ...series],
    }, [curves.x, ...data], place);
  }

  for (const link of document.querySelectorAll("a[data-curves]")) {
    const text = new TextDecoder().decode(
      Uint8Array.from(atob(link.href.split("base64,")[1]), (c) => c.charCodeAt(0)));
    const curves = read(text);
    const box = document.createElement("div"), choice = document.createElement("select");
    const place = document.createElement("div"), hint = document.createElement("p");
    box.className = "curves";
    choice.setAttribute("aria-label", `Curve of ${link.download} to draw`);
    for (const key of curves.quantities.keys()) choice.add(new Option(key.replaceAll("_", " "), key));
    hint.className = "hint";
    hint.textContent = "Drag to enlarge, double-click for all; click a name below the curve to hide it.";
    box.append(choice, place, hint);
    link.closest("p").before(box);
    let plot = null;
    const show = () => { plot = draw(place, curves, choice.value); };
    choice.addEventListener("change", show);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
    new ResizeObserver(() => plot?.setSize({ width: place.clientWidth, height: 300 })).observe(box);
    show();
  }
})();
