"use strict";
// The libraries weigh more than all the rest of a page: fetch them when the reader comes near a figure, not before.

(() => {
  const { src, dataset } = document.currentScript;
  const load = () => {
    for (const file of dataset.files.split(" ")) {
      const script = document.createElement("script");
      script.src = new URL(`../${file}`, src);
      script.async = false; // each runs after those before it
      document.head.append(script);
    }
  };
  if (!window.IntersectionObserver) return load();
  const watcher = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      watcher.disconnect();
      load();
    },
    { rootMargin: "100% 0px" }, // drawn by the time it is seen
  );
  // Not .live: what is not displayed never comes into view.
  for (const figure of document.querySelectorAll(".explorable")) watcher.observe(figure);
})();
