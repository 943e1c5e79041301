"use strict";
// An activation function, its derivative, and the tangent at a point that the reader drags.

explorable.add("activation", (figure) => {
  const { color, number } = explorable;
  const END = 8;
  const SATURATED = 0.01;
  const sigmoid = (x) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));
  const density = (x) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  // Normal distribution by a series of positive terms: no cancellation within ±8.
  const normal = (x) => {
    let term = Math.abs(x);
    let sum = term;
    for (let k = 3; term > sum * 1e-17; k += 2) sum += term *= (x * x) / k;
    return 0.5 + Math.sign(x) * density(x) * sum;
  };
  const square = { y: [-1.5, 1.5] };
  const open = { y: [-2, 8] };
  const FUNCTIONS = {
    sigmoid: { f: sigmoid, slope: (x) => sigmoid(x) * sigmoid(-x), ...square },
    tanh: { f: Math.tanh, slope: (x) => 1 / Math.cosh(x) ** 2, ...square },
    ReLU: { f: (x) => Math.max(0, x), slope: (x) => (x > 0 ? 1 : 0), ...open },
    LeakyReLU: { f: (x, a) => (x > 0 ? x : a * x), slope: (x, a) => (x > 0 ? 1 : a), ...open },
    GELU: { f: (x) => x * normal(x), slope: (x) => normal(x) + x * density(x), ...open },
    SiLU: { f: (x) => x * sigmoid(x), slope: (x) => sigmoid(x) * (1 + x * sigmoid(-x)), ...open },
    softplus: { f: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), slope: sigmoid, ...open },
  };
  const grid = d3.range(-END, END + 0.005, 0.01);

  const kind = figure.select("激活函数 φ", Object.keys(FUNCTIONS).map((name) => [name, name]));
  const input = figure.range("输入 x", { min: -END, max: END, step: 0.05, value: 3 });
  const leak = figure.range("负半轴的斜率 a", { min: 0, max: 0.5, step: 0.01, value: 0.1 });
  figure.drag("sideways", (x) => (input.value = x));
  figure.legend([
    [`<path d="M0 6H22" stroke="${color(1)}" stroke-width="2.5"/>`, "函数 φ(x)"],
    [`<path d="M0 6H22" stroke="${color(2)}" stroke-width="2.5" stroke-dasharray="6 3"/>`, "导数 φ′(x)"],
    [`<path d="M0 6H22" stroke="${color(3)}" stroke-width="2" stroke-dasharray="2 3"/>`, "切线"],
    [`<rect width="22" height="12" fill="var(--figure-shade)"/>`, "饱和：|φ′| < 0.01"],
  ]);

  /** The stretches at both ends, as far as drawn, on which the derivative is nearly 0. */
  function saturated(slope) {
    const alive = (x) => Math.abs(slope(x)) >= SATURATED;
    const first = grid.find(alive);
    const last = grid.findLast(alive);
    return [
      ...(first > -END ? [{ from: -END, to: first, text: `x\u00a0<\u00a0${number(first, 2)}` }] : []),
      ...(last < END ? [{ from: last, to: END, text: `x\u00a0>\u00a0${number(last, 2)}` }] : []),
    ];
  }

  return (width) => {
    const { f, slope, y } = FUNCTIONS[kind.value];
    const a = leak.valueAsNumber;
    leak.parentElement.hidden = kind.value !== "LeakyReLU";
    const x = input.valueAsNumber;
    const [value, rate] = [f(x, a), slope(x, a)];
    const ends = saturated((u) => slope(u, a));
    const shade = (label) => [
      Plot.rectX(ends, { x1: "from", x2: "to", fill: "var(--figure-shade)", className: "saturated" }),
      ...(label
        ? [Plot.text(ends, { x: (d) => (d.from + d.to) / 2, text: () => "饱和", frameAnchor: "top", dy: 6, fill: "var(--figure-muted)" })]
        : []),
      Plot.gridY({ stroke: "var(--figure-line)" }),
      Plot.ruleY([0], { stroke: "var(--figure-muted)" }),
      Plot.ruleX([x], { stroke: "var(--figure-muted)", strokeDasharray: "2 3" }),
    ];
    const dot = (height, fill, symbol) =>
      Plot.dot([[x, height]], { r: 7, fill, symbol, stroke: "var(--figure-ground)", strokeWidth: 2 });
    const common = { width, marginLeft: 34, marginRight: 12, marginTop: 30, marginBottom: 24 };
    figure.plot({
      ...common,
      height: 230,
      x: { domain: [-END, END], label: null },
      y: { domain: y, ticks: 4, tickFormat: (v) => number(v, Number.isInteger(v) ? 0 : 1), label: null },
      marks: [
        ...shade(true),
        Plot.line(grid, { x: (u) => u, y: (u) => f(u, a), stroke: color(1), strokeWidth: 2.5, clip: true }),
        Plot.line([-END, END], { x: (u) => u, y: (u) => value + rate * (u - x), stroke: color(3), strokeWidth: 2, strokeDasharray: "2 3", clip: true }),
        dot(value, color(1), "circle"),
        Plot.text(["φ(x)"], { frameAnchor: "top-left", dx: -28, dy: -21, fill: color(1), fontWeight: 600 }),
      ],
    });
    figure.plot({
      ...common,
      height: 190,
      x: { domain: [-END, END], label: null },
      y: { domain: [-0.2, 1.2], ticks: [0, 0.25, 0.5, 0.75, 1], tickFormat: String, label: null },
      marks: [
        ...shade(false),
        Plot.line(grid, { x: (u) => u, y: (u) => slope(u, a), stroke: color(2), strokeWidth: 2.5, strokeDasharray: "6 3", clip: true }),
        dot(rate, color(2), "diamond"),
        Plot.text(["φ′(x)"], { frameAnchor: "top-left", dx: -28, dy: -21, fill: color(2), fontWeight: 600 }),
      ],
    });
    const inside = ends.some(({ from, to }) => x >= from && x <= to);
    const where = ends.length ? `饱和的部分（画到 ±${END} 为止）：${ends.map((end) => end.text).join("，")}。` : "画出的范围里没有饱和的部分。";
    const verdict = inside
      ? "这里饱和：误差信号乘上这个导数，几乎什么也不剩。"
      : "误差信号经过这里时要乘上这个导数。";
    figure.say(`${kind.value} 在 x = ${number(x, 2)} 处：φ(x) = ${number(value, 4)}，φ′(x) = ${number(rate, 4)}。${verdict}${where}`);
  };
});
