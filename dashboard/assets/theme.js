/* Before the first paint: the theme the reader chose, or that of his system. Loaded in the head so that nothing flashes. */
(function () {
  "use strict";
  var root = document.documentElement, dark = matchMedia("(prefers-color-scheme: dark)");
  var system = function () { root.dataset.theme = dark.matches ? "dark" : "light"; };
  if (!root.dataset.theme) {
    root.dataset.system = "";
    system();
    dark.addEventListener("change", function () { if ("system" in root.dataset) system(); });
  }
})();
