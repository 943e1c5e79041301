"use strict";
// Which units of lab 3's network are dead, step after step; runs made beforehand (book/figures/runs.py).

explorable.add("dead-map", (figure) => {
  const { color } = explorable;
  const { steps, epoch, runs } = explorable.data["dead-map"];
  const WIDTH = 100;
  const LAYERS = 3;
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const FRAME = 350; // milliseconds
  const counts = Object.fromEntries(
    Object.entries(runs).map(([name, frames]) => [
      name,
      d3.range(LAYERS).map((layer) => frames.map((frame, index) => ({ index, dead: count(frame, layer, "2") }))),
    ]),
  );
  function count(frame, layer, state) {
    return [...frame.slice(layer * WIDTH, (layer + 1) * WIDTH)].filter((c) => c === state).length;
  }

  const setting = figure.select("优化器与学习率", Object.keys(runs).map((name) => [name, name.replace(" ", "，学习率 ")]), "Adam 0.05");
  const when = (index) => `第 ${steps[index]} 步`;
  const time = figure.range("训练到", { min: 0, max: steps.length - 1, step: 1, value: 6, format: when });
  let timer = 0;
  const stop = () => {
    clearInterval(timer);
    timer = 0;
    figure.said.attr("aria-live", "polite");
    play.textContent = still.matches ? "下一步 ▸|" : "播放 ▶";
  };
  const advance = () => {
    time.value = time.valueAsNumber + 1;
    if (time.valueAsNumber === steps.length - 1) stop();
    figure.redraw();
  };
  const play = figure.button("", () => {
    if (timer) return stop();
    if (time.valueAsNumber === steps.length - 1) time.value = -1;
    advance();
    if (still.matches) return; // one step a click: nothing moves by itself
    timer = setInterval(advance, FRAME);
    figure.said.attr("aria-live", "off"); // not a sentence every third of a second
    play.textContent = "暂停 ❚❚";
  });
  still.addEventListener("change", stop);
  stop();
  time.addEventListener("input", () => timer && stop());
  figure.legend([
    [`<rect x="5" width="12" height="12" fill="${color(1)}" fill-opacity=".3"/>`, "活着"],
    [`<rect x="5" width="12" height="12" fill="${color(5)}"/><circle cx="11" cy="6" r="2.5" fill="#000"/>`, "濒死：不到 1% 的样本有反应"],
    [`<rect x="5" width="12" height="12" fill="${color(2)}"/><path d="M8 3L14 9M14 3L8 9" stroke="#fff" stroke-width="1.5"/>`, "死亡：一个样本也没有"],
  ]);

  return (width) => {
    const index = time.valueAsNumber;
    const frame = runs[setting.value][index];
    const units = [...frame].map((state, unit) => ({
      layer: `第 ${1 + Math.floor(unit / WIDTH)} 层`,
      column: unit % 10,
      row: Math.floor((unit % WIDTH) / 10),
      state,
    }));
    const of = (state) => units.filter((unit) => unit.state === state);
    const place = { x: "column", y: "row", fx: "layer" };
    const side = (width - 24) / LAYERS;
    figure.plot({
      width,
      height: Math.round(Math.min(side, 210)) + 26,
      margin: 2,
      marginTop: 26,
      x: { axis: null, domain: d3.range(10), padding: 0.08 },
      y: { axis: null, domain: d3.range(10), padding: 0.08 },
      fx: { axis: "top", label: null, padding: 0.06 },
      marks: [
        Plot.cell(of("0"), { ...place, fill: color(1), fillOpacity: 0.3 }),
        Plot.cell(of("1"), { ...place, fill: color(5) }),
        Plot.dot(of("1"), { ...place, fill: "#000", r: 2.5 }),
        Plot.cell(of("2"), { ...place, fill: color(2), className: "dead" }),
        Plot.dot(of("2"), { ...place, symbol: "times", stroke: "#fff", strokeWidth: 1.5, r: width < 480 ? 2 : 3.5 }),
      ],
    });
    const lines = counts[setting.value];
    const DASHES = ["9 4", null, "2 3"];
    const ends = lines.map((line, layer) => ({ layer, dead: line.at(-1).dead }));
    // Labels at the right end, pushed apart where lines end together.
    const sorted = d3.sort(ends, (d) => d.dead);
    sorted.forEach((d, k) => (d.y = k ? Math.max(d.dead, sorted[k - 1].y + 13) : d.dead));
    const over = Math.max(0, sorted.at(-1).y - 100);
    for (const d of sorted) d.y -= over;
    const ticks = [0, 4, 8, 12, 16, 20, steps.length - 1];
    figure.plot({
      width,
      height: 190,
      marginLeft: 36,
      marginRight: 56,
      marginTop: 28,
      marginBottom: 40,
      x: { domain: [0, steps.length - 1], ticks, tickFormat: (k) => steps[k], label: null },
      y: { domain: [0, 100], ticks: [0, 50, 100], label: null },
      marks: [
        Plot.gridY([0, 50, 100], { stroke: "var(--figure-line)" }),
        Plot.ruleX([index], { stroke: "var(--figure-ink)", strokeWidth: 1.5 }),
        ...lines.flatMap((line, layer) => [
          Plot.lineY(line, { x: "index", y: "dead", stroke: color(2), strokeDasharray: DASHES[layer], strokeWidth: 2.5 }),
          Plot.dot([line[index]], { x: "index", y: "dead", fill: color(2), r: 4 }),
        ]),
        Plot.text(ends, { x: steps.length - 1, y: "y", text: (d) => `第 ${d.layer + 1} 层`, textAnchor: "start", dx: 6 }),
        Plot.text(["死亡的单元（每层共 100 个）"], { frameAnchor: "top-left", dx: -30, dy: -22 }),
        Plot.text([`走了几步（${epoch} 步一轮；第一轮之后，每轮一格）`], { frameAnchor: "bottom", dy: 34, fontSize: width < 480 ? 12 : 13 }),
      ],
    });
    const numbers = (state) => d3.range(LAYERS).map((layer) => count(frame, layer, state)).join("、");
    const round = steps[index] % epoch === 0 && index ? `（第 ${steps[index] / epoch} 轮末）` : "";
    figure.say(`${setting.selectedOptions[0].text}，${when(index)}${round}：三层各死了 ${numbers("2")} 个，濒死 ${numbers("1")} 个。`);
  };
});
