"use strict";
// A mask of dropout on 100 units, and the mean and variance of the outputs against theory.

explorable.add("dropout-mask", (figure) => {
  const { color, number, randomSource } = explorable;
  const COUNT = 100;
  const random = randomSource(5);
  const normal = d3.randomNormal.source(random)();
  // As the page's example: mean 3 and variance 1, here exactly.
  const raw = d3.range(COUNT).map(normal);
  const [mean, spread] = [d3.mean(raw), Math.sqrt(d3.mean(raw, (v) => (v - d3.mean(raw)) ** 2))];
  const inputs = raw.map((v) => 3 + (v - mean) / spread);
  const square = d3.mean(inputs, (v) => v * v);

  let draws = [];
  const draw = () => d3.range(COUNT).map(random);
  draws.push(draw());

  const rate = figure.range("丢弃率 p", { min: 0, max: 0.9, step: 0.05, value: 0.5 });
  const scaled = figure.checkbox("保留的值除以 1 − p（反向缩放）", true);
  figure.button("重抽一次", () => {
    draws = [draw()];
    figure.redraw();
  });
  figure.button("再抽 1000 次", () => {
    for (let k = 0; k < 1000; k += 1) draws.push(draw());
    figure.redraw();
  });
  figure.legend([
    [`<rect x="5" width="12" height="12" fill="${color(1)}"/>`, "保留（颜色越浓，输出越大）"],
    [`<g stroke="var(--figure-muted)" fill="none"><rect x="5.5" y=".5" width="11" height="11"/><path d="M8 3L14 9M14 3L8 9"/></g>`, "丢弃"],
    [`<circle cx="11" cy="6" r="5" fill="${color(1)}"/>`, "实测"],
    [`<path d="M11 0L17 6L11 12L5 6Z" fill="none" stroke="${color(2)}" stroke-width="2.5"/>`, "理论"],
  ]);

  return (width) => {
    const p = rate.valueAsNumber;
    const scale = scaled.checked ? 1 / (1 - p) : 1;
    // The same random numbers for every p: raising p only drops more.
    const output = (uniform, unit) => (uniform < p ? 0 : inputs[unit] * scale);
    let [sum, squares] = [0, 0];
    for (const one of draws) {
      one.forEach((uniform, unit) => {
        const y = output(uniform, unit);
        sum += y;
        squares += y * y;
      });
    }
    const total = draws.length * COUNT;
    const measured = { mean: sum / total, variance: squares / total - (sum / total) ** 2 };
    const kept = scale * (1 - p); // E[output] / input
    const theory = { mean: 3 * kept, variance: square * kept * scale - (3 * kept) ** 2 };
    const cells = draws.at(-1).map((uniform, unit) => ({
      column: unit % 10,
      row: Math.floor(unit / 10),
      y: output(uniform, unit),
      dropped: uniform < p,
    }));

    const side = Math.min(width, 300);
    figure.plot({
      width: side,
      height: side,
      margin: 2,
      x: { axis: null, domain: d3.range(10), padding: 0.08 },
      y: { axis: null, domain: d3.range(10), padding: 0.08 },
      marks: [
        Plot.cell(cells.filter((c) => !c.dropped), { x: "column", y: "row", fill: color(1), fillOpacity: (c) => 1 - 0.9 * Math.exp(-c.y / 6) }),
        Plot.cell(cells.filter((c) => c.dropped), { x: "column", y: "row", fill: "none", stroke: "var(--figure-line)" }),
        Plot.dot(cells.filter((c) => c.dropped), { x: "column", y: "row", symbol: "times", r: 5, stroke: "var(--figure-muted)" }),
      ],
      opacity: { type: "identity" },
    });
    const rows = (key) => ({
      x: { label: null, ticks: 5, nice: false, domain: key === "mean" ? [0, 6] : [0, Math.max(12, theory.variance * 1.25, measured.variance * 1.1)] },
      marks: [
        Plot.ruleY(["实测", "理论"], { stroke: "var(--figure-line)" }),
        Plot.ruleX([key === "mean" ? 3 : 1], { stroke: "var(--figure-muted)", strokeDasharray: "3 3" }),
        Plot.text([`之前是 ${key === "mean" ? 3 : 1}`], { x: key === "mean" ? 3 : 1, frameAnchor: "top", textAnchor: "start", dx: 4, dy: -11, fill: "var(--figure-muted)" }),
        Plot.dot([measured[key]], { x: (v) => v, y: () => "实测", r: 7, fill: color(1) }),
        Plot.dot([theory[key]], { x: (v) => v, y: () => "理论", symbol: "diamond", r: 7, stroke: color(2), strokeWidth: 2.5 }),
        Plot.text([`输出的${key === "mean" ? "均值" : "方差"}`], { frameAnchor: "top-left", dx: -40, dy: -38, fontWeight: 600 }),
      ],
    });
    const right = figure.drawing.append("div").style("flex", "1 1 17rem").style("min-width", "0");
    const wide = Math.min(width, right.node().clientWidth || width);
    for (const key of ["mean", "variance"]) {
      const frame = { width: wide, height: 146, marginLeft: 44, marginRight: 16, marginTop: 48, marginBottom: 26 };
      figure.plot({ ...frame, y: { label: null, domain: ["实测", "理论"], tickSize: 0 }, ...rows(key) }, right);
    }
    const times = draws.length === 1 ? "抽 1 次" : `抽 ${draws.length} 次合计`;
    figure.say(
      `p = ${number(p, 2)}，${scaled.checked ? "有" : "没有"}缩放，${times}：均值 ${number(measured.mean, 2)}（理论 ${number(theory.mean, 2)}），` +
        `方差 ${number(measured.variance, 2)}（理论 ${number(theory.variance, 2)}）。` +
        (p === 0 ? "什么也没有丢，分布不变。" : scaled.checked ? "均值还是 3，方差比原来的 1 大。" : "不缩放，均值就缩到 1 − p 倍。"),
    );
  };
});
