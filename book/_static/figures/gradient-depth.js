"use strict";
// Mean gradient of each layer, from runs made beforehand (book/figures/runs.py).

explorable.add("gradient-depth", (figure) => {
  const { color, number, scientific } = explorable;
  const data = explorable.data["gradient-depth"];
  const ACTIVATIONS = { relu: "ReLU", tanh: "tanh", sigmoid: "sigmoid" };
  const LOOKS = {
    relu: { stroke: color(1), symbol: "circle", dash: null, mark: `<circle cx="11" cy="6" r="4" fill="${color(1)}"/>` },
    tanh: { stroke: color(2), symbol: "triangle", dash: "7 3", mark: `<path d="M11 1L16 10H6Z" fill="${color(2)}"/>` },
    sigmoid: { stroke: color(3), symbol: "square", dash: "2 3", mark: `<rect x="7" y="2" width="8" height="8" fill="${color(3)}"/>` },
  };
  const depth = figure.range("隐藏层的个数", { min: 1, max: 20, step: 1, value: 20, format: String });
  const init = figure.select("初始化", [["default", "PyTorch 默认"], ["he_xavier", "He（ReLU）· Xavier（其余）"]]);
  const chosen = figure.select("突出显示", Object.entries(ACTIVATIONS), "sigmoid");
  figure.legend(
    Object.entries(ACTIVATIONS).map(([key, name]) => {
      const { stroke, dash, mark } = LOOKS[key];
      return [`<path d="M0 6H22" stroke="${stroke}" stroke-width="2" stroke-dasharray="${dash ?? ""}"/>${mark}`, name];
    }),
  );

  return (width) => {
    const layers = depth.valueAsNumber + 2;
    const bands = Object.fromEntries(
      Object.keys(ACTIVATIONS).map((key) => {
        const [middle, low, high] = data[`${key}/${init.value}`][depth.value];
        return [key, middle.map((value, k) => ({ layer: k + 1, value, low: low[k], high: high[k] }))];
      }),
    );
    const order = [...Object.keys(ACTIVATIONS).filter((key) => key !== chosen.value), chosen.value]; // on top at last
    const narrow = width < 480;
    figure.plot({
      width,
      height: narrow ? 300 : 340,
      marginLeft: 48,
      marginRight: 14,
      marginBottom: 38,
      marginTop: 28,
      x: { domain: [1, 22], label: null, ticks: narrow ? [1, 6, 11, 16, 22] : [1, 4, 7, 10, 13, 16, 19, 22], tickFormat: String },
      y: {
        type: "log",
        domain: [1e-21, 1],
        label: null,
        ticks: d3.range(-20, 1, 5).map((power) => 10 ** power),
        tickFormat: (value) => (value === 1 ? "1" : `10^${number(Math.log10(value), 0)}`),
      },
      marks: [
        Plot.gridY(d3.range(-20, 1, 5).map((power) => 10 ** power), { stroke: "var(--figure-line)" }),
        ...order.flatMap((key) => {
          const { stroke, symbol, dash } = LOOKS[key];
          const faint = key === chosen.value ? 1 : 0.45;
          return [
            Plot.areaY(bands[key], { x: "layer", y1: "low", y2: "high", fill: stroke, fillOpacity: 0.2 * faint }),
            Plot.line(bands[key], { x: "layer", y: "value", stroke, strokeOpacity: faint, strokeWidth: faint === 1 ? 2.5 : 1.5, strokeDasharray: dash }),
            Plot.dot(bands[key], { x: "layer", y: "value", symbol, fill: stroke, fillOpacity: faint, r: faint === 1 ? 4 : 3 }),
          ];
        }),
        Plot.text(["每层权重的平均绝对梯度"], { frameAnchor: "top-left", dx: -40, dy: -24 }),
        Plot.text(["线性层（左边是输入端）"], { frameAnchor: "bottom", dy: 34 }),
      ],
    });
    const band = bands[chosen.value];
    const [first, last] = [band[0].value, band[layers - 2].value];
    const perLayer = (first / last) ** (1 / (layers - 2));
    figure.say(
      `${ACTIVATIONS[chosen.value]}，${depth.value} 个隐藏层，${init.selectedOptions[0].text}：` +
        `最后一个隐藏层的梯度是 ${scientific(last)}，输入层是 ${scientific(first)}，` +
        `为前者的 ${scientific(first / last)} 倍，平均每往回一层乘 ${number(perLayer, 2)}。`,
    );
  };
});
