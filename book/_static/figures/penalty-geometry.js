"use strict";
// Where the contours of a quadratic loss meet the L1 or L2 ball, for two weights.

explorable.add("penalty-geometry", (figure) => {
  const { color, number } = explorable;
  const H = [[1, 0.45], [0.45, 0.6]]; // the Hessian of the page's figure
  const kind = figure.select("惩罚", [["L1", "L1：|w₁| + |w₂|"], ["L2", "L2：½(w₁² + w₂²)"]]);
  const strength = figure.range("强度 λ", { min: 0, max: 2, step: 0.02, value: 0.9 });
  const star = [
    figure.range("无惩罚的极小点 w₁*", { min: -2, max: 2, step: 0.05, value: 1.55 }),
    figure.range("无惩罚的极小点 w₂*", { min: -2, max: 2, step: 0.05, value: 0.95 }),
  ];
  figure.drag("point", (x, y) => {
    star[0].value = x;
    star[1].value = y;
  });
  figure.legend([
    [`<path d="M0 6H22" stroke="var(--figure-muted)"/>`, "损失的等高线"],
    [`<rect width="22" height="12" fill="${color(1)}" fill-opacity=".25" stroke="${color(1)}"/>`, "惩罚的球"],
    [`<path d="M0 6H22" stroke="${color(2)}" stroke-width="2.5" stroke-dasharray="5 3"/>`, "λ 变大时解走的路"],
    [`<circle cx="11" cy="6" r="5" fill="${color(2)}"/>`, "解"],
    [`<path d="M11 0V12M5 6H17" stroke="currentColor" stroke-width="2.5"/>`, "无惩罚的极小点（可拖动）"],
  ]);

  const SOLVE = {
    /** Coordinate descent: every step is an exact soft threshold, so zeros are exact. */
    L1([a, b], lambda) {
      const goal = [H[0][0] * a + H[0][1] * b, H[1][0] * a + H[1][1] * b];
      const w = [a, b];
      for (let round = 0; round < 100; round += 1) {
        for (const j of [0, 1]) {
          const pull = goal[j] - H[j][1 - j] * w[1 - j];
          w[j] = (Math.sign(pull) * Math.max(Math.abs(pull) - lambda, 0)) / H[j][j];
        }
      }
      return w;
    },
    /** (H + λI) w = H w*. */
    L2([a, b], lambda) {
      const [p, q, r] = [H[0][0] + lambda, H[0][1], H[1][1] + lambda];
      const [u, v] = [H[0][0] * a + q * b, q * a + H[1][1] * b];
      const determinant = p * r - q * q;
      return [(r * u - q * v) / determinant, (p * v - q * u) / determinant];
    },
  };
  const BALL = {
    L1: (w) => {
      const r = Math.abs(w[0]) + Math.abs(w[1]);
      return [[r, 0], [0, r], [-r, 0], [0, -r], [r, 0]];
    },
    L2: (w) => circle.map(([c, s]) => [c * Math.hypot(...w), s * Math.hypot(...w)]),
  };
  const circle = d3.range(0, 361, 3).map((t) => [Math.cos((t * Math.PI) / 180), Math.sin((t * Math.PI) / 180)]);
  const loss = (w, [a, b]) => {
    const [u, v] = [w[0] - a, w[1] - b];
    return 0.5 * (H[0][0] * u * u + 2 * H[0][1] * u * v + H[1][1] * v * v);
  };
  /** The contour on which the loss is `level`: the unit circle through the inverse Cholesky factor. */
  function contour(level, [a, b]) {
    const l = Math.sqrt(H[0][0]);
    const m = H[0][1] / l;
    const n = Math.sqrt(H[1][1] - m * m);
    const size = Math.sqrt(2 * level);
    return circle.map(([c, s]) => [a + (size * (c - (m * s) / n)) / l, b + (size * s) / n]);
  }

  return (available) => {
    const width = Math.min(available, 440);
    const best = star.map((input) => input.valueAsNumber);
    const lambda = strength.valueAsNumber;
    const solve = SOLVE[kind.value];
    const w = solve(best, lambda);
    const path = [...d3.range(0, 10, 0.02), 1e9].map((strength) => solve(best, strength));
    const touching = loss(w, best);
    const levels = [0.05, 0.2, 0.6, 1.2, 2.4].filter((level) => Math.abs(level - touching) > 0.04);
    const closed = { x: "0", y: "1", fill: "none", clip: true };
    const axis = { domain: [-2.3, 2.3], ticks: [-2, -1, 0, 1, 2], tickFormat: (v) => number(v, 0), label: null };
    figure.plot({
      width,
      height: width - 10,
      marginLeft: 30,
      marginRight: 10,
      marginTop: 10,
      marginBottom: 24,
      x: { ...axis },
      y: { ...axis },
      marks: [
        Plot.ruleX([0], { stroke: "var(--figure-muted)" }),
        Plot.ruleY([0], { stroke: "var(--figure-muted)" }),
        Plot.line(BALL[kind.value](w), { ...closed, fill: color(1), fillOpacity: 0.2, stroke: color(1), strokeWidth: 2 }),
        ...levels.map((level) => Plot.line(contour(level, best), { ...closed, stroke: "var(--figure-muted)", strokeOpacity: 0.6 })),
        ...(touching > 1e-6 ? [Plot.line(contour(touching, best), { ...closed, stroke: "var(--figure-ink)", strokeWidth: 1.75 })] : []),
        Plot.line(path, { x: "0", y: "1", stroke: color(2), strokeWidth: 2.5, strokeDasharray: "5 3" }),
        Plot.dot([best], { x: "0", y: "1", symbol: "plus", r: 9, stroke: "var(--figure-ink)", strokeWidth: 2.5 }),
        Plot.dot([w], { x: "0", y: "1", r: 7, fill: color(2), stroke: "var(--figure-ground)", strokeWidth: 2 }),
        Plot.text(["w₁"], { frameAnchor: "right", dy: -12, dx: -2 }),
        Plot.text(["w₂"], { frameAnchor: "top", dx: 14, dy: 2 }),
      ],
    });
    figure.placeGrip(...best);

    const names = ["w₁", "w₂"].filter((_, j) => w[j] === 0);
    const zeros = names.length ? `恰好为 0 的权重：${names.join("、")}。` : "没有权重恰好为 0。";
    const why = { L1: names.length === 1 ? "等高线碰在菱形的角上。" : names.length ? "球缩成了原点。" : "等高线碰在菱形的边上。", L2: "圆没有角：权重变小，却不会因惩罚而归零。" };
    figure.say(`${kind.value} 惩罚，λ = ${number(lambda, 2)}：解 w = (${number(w[0], 3)}, ${number(w[1], 3)})。${zeros}${lambda > 0 ? why[kind.value] : "λ = 0 就是没有惩罚。"}`);
  };
});
