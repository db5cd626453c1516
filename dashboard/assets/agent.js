/* A day's time line: drag over it to look closer, walk its contacts with the arrow keys. What is chosen becomes the address, as a link of the page would make it. */
(function () {
  "use strict";
  var SHORTEST = 5;                                        // minutes
  var line = null, box = null, from = 0;
  function share(event) {
    var body = line.querySelector(".tl-body").getBoundingClientRect();
    return Math.min(Math.max((event.clientX - body.left) / body.width, 0), 1);
  }
  function place(to) {
    var body = line.querySelector(".tl-body"), left = Math.min(from, to), width = Math.abs(to - from);
    box.style.left = body.offsetLeft + left * body.offsetWidth + "px";
    box.style.width = width * body.offsetWidth + "px";
  }
  function end() {
    if (box) box.remove();
    line = box = null;
  }
  document.addEventListener("pointerdown", function (event) {
    var found = event.target.closest && event.target.closest(".tl[data-zoom]");
    if (!found || event.button || event.pointerType === "touch" || event.target.closest("a")) return;
    line = found;
    from = share(event);
    box = line.appendChild(document.createElement("div"));
    box.className = "tl-pick";
    place(from);
    event.preventDefault();
  });
  document.addEventListener("pointermove", function (event) { if (line) place(share(event)); });
  document.addEventListener("pointerup", function (event) {
    if (!line) return;
    var since = Number(line.dataset.since), long = Number(line.dataset.until) - since, to = share(event);
    var a = Math.floor(since + Math.min(from, to) * long), b = Math.ceil(since + Math.max(from, to) * long);
    var address = line.dataset.zoom.replace("{since}", a).replace("{until}", b), link = document.createElement("a");
    end();
    if (b - a < SHORTEST) return;
    link.href = address;
    link.hidden = true;
    document.body.appendChild(link).click();
    link.remove();
  });
  /* --- the contacts are one stop of the Tab key: arrows go from one to the next, in the order in which they began --- */
  var steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -Infinity, End: Infinity };
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") end();
    var bar = event.target.closest && event.target.closest("a.tl-bar");
    if (!bar || !(event.key in steps) || event.ctrlKey || event.altKey || event.metaKey) return;
    var bars = Array.prototype.slice.call(bar.closest("ul").querySelectorAll("a.tl-bar"));
    var next = bars[Math.min(Math.max(bars.indexOf(bar) + steps[event.key], 0), bars.length - 1)];
    bar.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
    event.preventDefault();
  });
  addEventListener("blur", end);
})();
