"use strict";
// What all explorable figures share: native controls with labels, a drawing made anew on every change, a line of text
// that says what is seen. Colours are CSS variables (figures.css), so a switch of the theme needs no redrawing.

const explorable = (() => {
  class Explorable {
    constructor(root) {
      this.root = d3.select(root);
      this.controls = this.root.append("div").attr("class", "controls");
      this.stage = this.root.append("div").attr("class", "stage");
      this.drawing = this.stage.append("div").attr("class", "drawing").attr("role", "img");
      this.drawing.attr("aria-label", root.closest("figure")?.querySelector("img")?.alt ?? "");
      this.key = this.root.append("div").attr("class", "key").attr("aria-hidden", "true");
      this.said = this.root.append("p").attr("class", "said").attr("aria-live", "polite");
      this.draw = () => {};
    }

    control(label, kind = "") {
      const box = this.controls.append("label").attr("class", `control ${kind}`);
      box.append("span").text(label);
      return box;
    }

    /** A slider; `format` says how its value is shown beside the label. */
    range(label, { min, max, step, value, format = (v) => number(v, 2) }) {
      const box = this.control(label);
      const shown = box.append("span").attr("class", "value"); // an <output> would take the label for itself
      const input = box.append("input").attr("type", "range").attr("min", min).attr("max", max).attr("step", step).node();
      input.value = value;
      input.show = () => {
        shown.text(format(input.valueAsNumber));
        input.setAttribute("aria-valuetext", format(input.valueAsNumber));
      };
      input.addEventListener("input", () => this.redraw());
      return input;
    }

    /** A choice among `options`, a list of [value, name]. */
    select(label, options, value = options[0][0]) {
      const input = this.control(label).append("select").node();
      for (const [key, name] of options) input.add(new Option(name, key, key === value, key === value));
      input.addEventListener("input", () => this.redraw());
      return input;
    }

    checkbox(label, checked) {
      const box = this.control(label, "check");
      const input = box.insert("input", "span").attr("type", "checkbox").property("checked", checked).node();
      input.addEventListener("input", () => this.redraw());
      return input;
    }

    button(label, action) {
      return this.controls.append("button").attr("type", "button").text(label).on("click", action).node();
    }

    /** Add a plot to the drawing, or to a box in it; options as for Plot.plot. */
    plot(options, into = this.drawing) {
      const svg = Plot.plot({ style: { background: "none", font: "inherit", overflow: "visible" }, ...options });
      // Ticks such as 10^-5: fonts disagree about the height of superscript digits.
      for (const text of d3.select(svg).selectAll("text")) {
        const [base, power] = text.textContent.split("^");
        if (power) d3.select(text).text(base).append("tspan").attr("dy", "-.45em").attr("font-size", "75%").text(power);
      }
      // Plot names the kinds of its marks; the drawing as a whole is the picture that has a name here.
      d3.select(svg).selectAll("[aria-label]").attr("aria-label", null);
      into.append(() => svg);
      return svg;
    }

    /** Explain the marks: a list of [SVG markup in a 22 × 12 box, name]. */
    legend(entries) {
      const items = this.key.selectAll("span").data(entries).join("span");
      items.html(([mark]) => `<svg width="22" height="12" viewBox="0 0 22 12">${mark}</svg>`);
      items.append("span").text(([, name]) => name);
    }

    say(text) {
      if (this.spoken === text) return; // not twice to those who listen
      this.spoken = text;
      this.said.text(text);
      this.said.html(this.said.html().replace(/\^(−?\d+)/g, "<sup>$1</sup>"));
    }

    redraw() {
      for (const input of this.controls.selectAll("input[type=range]")) input.show();
      this.drawing.selectAll("*").remove();
      this.draw(this.drawing.node().clientWidth);
    }

    /**
     * Lay a grip over the drawing and call `move(x, y)`, in the units of the first plot, while it is dragged.
     * It outlives every redrawing: a touch ends with the element on which it began.
     */
    drag(kind, move) {
      this.grip = this.stage.append("div").attr("class", `grip ${kind}`).node();
      const follow = (event) => {
        if (!this.grip.hasPointerCapture(event.pointerId)) return;
        const svg = this.drawing.select("svg").node();
        const [px, py] = d3.pointer(event, svg);
        move(svg.scale("x").invert(px), svg.scale("y").invert(py));
        this.redraw();
      };
      this.grip.addEventListener("pointerdown", (event) => {
        this.grip.setPointerCapture(event.pointerId);
        follow(event);
      });
      this.grip.addEventListener("pointermove", follow);
    }

    /** Put the grip on the point (x, y) of the first plot. */
    placeGrip(x, y) {
      const svg = this.drawing.select("svg").node();
      const [from, to] = [this.stage.node().getBoundingClientRect(), svg.getBoundingClientRect()];
      this.grip.style.left = `${to.left - from.left + svg.scale("x").apply(x)}px`;
      this.grip.style.top = `${to.top - from.top + svg.scale("y").apply(y)}px`;
    }
  }

  /** A number with a real minus sign. */
  function number(value, digits) {
    const text = value.toFixed(digits);
    return Number(text) < 0 ? text.replace("-", "−") : text.replace("-", "");
  }

  /** 0.0000023 as 2.3×10^−6, the power raised when it is shown; plain where that is short. */
  function scientific(value) {
    if (value >= 0.01 && value < 1000) return String(Number(value.toPrecision(2)));
    const [digits, power] = value.toExponential(1).split("e");
    return `${digits}×10^${number(Number(power), 0)}`;
  }

  /** Evenly distributed numbers in [0, 1), the same for the same seed (mulberry32). */
  function randomSource(seed) {
    return () => {
      seed = (seed + 0x6d2b79f5) | 0;
      let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
  }

  return {
    /** Precomputed data by the figure's name, filled by NAME.data.js. */
    data: {},
    /** Bring the figures called `name` to life: `build(figure)` makes the controls and returns draw(width). */
    add(name, build) {
      for (const root of document.querySelectorAll(`[data-figure="${name}"]`)) {
        const figure = new Explorable(root);
        figure.draw = build(figure);
        const picture = root.closest("figure").classList;
        picture.add("on");
        try {
          figure.redraw();
        } catch (error) {
          picture.remove("on"); // the picture is better than nothing
          throw error;
        }
        let width = root.clientWidth;
        new ResizeObserver(([{ contentRect }]) => {
          if (contentRect.width && contentRect.width !== width) {
            width = contentRect.width;
            figure.redraw();
          }
        }).observe(root);
      }
    },
    number,
    scientific,
    randomSource,
    color: (index) => `var(--figure-${index})`,
  };
})();
