// MathJax is the heaviest thing on a page: fetch it after the first paint, once a formula comes near the view.
const mathjax = document.currentScript.dataset.mathjax;
let asked = false;
function fetchMathJax() {
  if (asked) return;
  asked = true;
  const script = document.createElement("script");
  script.src = mathjax;
  document.head.append(script);
}
const watcher = new IntersectionObserver(
  (entries) => entries.some((entry) => entry.isIntersecting) && setTimeout(fetchMathJax, 50),
  { rootMargin: "100% 0px" },
);
addEventListener("load", () => {
  requestAnimationFrame(() => document.querySelectorAll(".math").forEach((formula) => watcher.observe(formula)));
  setTimeout(fetchMathJax, 8000); // for whoever prints without having scrolled
});
addEventListener("beforeprint", fetchMathJax);
