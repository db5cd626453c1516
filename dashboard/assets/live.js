/* The live page in the browser: changes leaves, never layout.
   The server lays the page out with `data-leaf` marks; a stream brings texts and marks by place. `place` is a text, `place@name` an aspect
   of the element: class, title, label, hidden, or a small drawing (bar, bounds, curve, crew). When places come or go the server lays the
   board out again, once, and not while the pointer or the focus is inside it. */
(function () {
  "use strict";
  var url = null, port = null, source = null, shape = null, places = new Map(), pending = null, frame = 0, heard = 0, waiting = null;
  var still = matchMedia("(prefers-reduced-motion: reduce)");
  var CROWD = 40;                                         // up to so many agents have a mark each
  var SVG = "http://www.w3.org/2000/svg";

  /* --- leaves --- */
  function collect() {
    places = new Map();
    document.querySelectorAll("[data-leaf]").forEach(function (element) {
      var list = places.get(element.dataset.leaf);
      if (list) list.push(element); else places.set(element.dataset.leaf, [element]);
    });
  }
  function text(element, value, loud) {
    if (element.textContent === value) return;
    element.textContent = value;
    if (loud && !still.matches && !("calm" in element.dataset)) {
      element.classList.add("changed");
      setTimeout(function () { element.classList.remove("changed"); }, 900);
    }
  }
  var aspects = {
    "class": function (element, value) { if (element.className !== value) element.className = value; },
    title: function (element, value) { if (value) element.title = value; else element.removeAttribute("title"); },
    label: function (element, value) { element.setAttribute("aria-label", value); },
    hidden: function (element, value) { element.hidden = value === "1"; },
    bar: function (element, value) {
      var share = parseFloat(value);
      element.classList.toggle("over", share > 1);
      element.classList.toggle("beyond", share > 3);
      element.style.setProperty("--share", isNaN(share) ? 0 : Math.min(share / 3, 1));
    },
    bounds: function (element, value) {
      var parts = value.split(" ");                       // low high target tone, on the scale of the column; "- - target" without a value
      element.classList.toggle("none", parts[0] === "-");
      element.style.setProperty("--low", parts[0] === "-" ? 0 : parts[0]);
      element.style.setProperty("--high", parts[1] === "-" ? 0 : parts[1]);
      element.style.setProperty("--target", parts[2]);
      element.classList.toggle("untold", parts[2] === "-1");
      element.dataset.tone = parts[3] || "";
    },
    curve: function (element, value) {
      var parts = value.split("|");                       // band, line, end of the line as "x,y", line of the day before
      var svg = element.firstChild || element.appendChild(drawing());
      svg.children[0].setAttribute("d", parts[0] || "");
      svg.children[1].setAttribute("d", parts[3] || "");
      svg.children[2].setAttribute("d", parts[1] || "");
      var end = (parts[2] || "").split(",");
      svg.children[3].setAttribute("r", end.length === 2 ? "2.5" : "0");
      svg.children[3].setAttribute("cx", end[0] || "0");
      svg.children[3].setAttribute("cy", end[1] || "0");
    },
    crew: function (element, value) {                     // how many are busy, ready, away: a mark each, or lengths where they are many
      var counts = value.split(" ").map(Number), all = counts[0] + counts[1] + counts[2];
      if (element.dataset.counts === value) return;
      element.dataset.counts = value;
      element.replaceChildren();
      ["busy", "ready", "away"].forEach(function (name, at) {
        for (var k = 0; k < (all > CROWD ? Math.min(counts[at], 1) : counts[at]); k++) {
          var one = element.appendChild(document.createElement("i"));
          one.className = "p " + name;
          if (all > CROWD) one.style.flex = counts[at] + " 0 0";
        }
      });
    }
  };
  function drawing() {
    var svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", "0 0 120 28");
    svg.setAttribute("preserveAspectRatio", "none");
    svg.setAttribute("aria-hidden", "true");
    ["path", "path", "path", "circle"].forEach(function (tag, at) {
      var part = document.createElementNS(SVG, tag);
      part.setAttribute("class", ["curve-band", "curve-then", "curve-line", "curve-end"][at]);
      svg.appendChild(part);
    });
    return svg;
  }
  function paint(leaves, loud) {
    for (var place in leaves) {
      var at = place.indexOf("@"), elements = places.get(at < 0 ? place : place.slice(0, at));
      if (!elements) continue;
      for (var i = 0; i < elements.length; i++) {
        if (at < 0) text(elements[i], leaves[place], loud);
        else if (aspects[place.slice(at + 1)]) aspects[place.slice(at + 1)](elements[i], leaves[place]);
      }
    }
  }

  /* --- the stream --- */
  function hear(message) {
    if (message.kind === "over") { dispatchEvent(new Event("apogee:over")); return; }
    if (message.kind === "data") {
      heard = Date.now();
      pending = pending || { leaves: {} };
      pending.head = message.head;
      Object.assign(pending.leaves, message.leaves);
      frame = frame || requestAnimationFrame(flush);
    } else {
      state(message.kind);
    }
  }
  function flush() {
    frame = 0;
    var news = pending, root = board();
    pending = null;
    if (!news || !root) return;
    state(news.head.failed ? "failed" : "up");
    if (news.head.shape && news.head.shape !== shape) relay(news.head.shape);
    paint(news.leaves, true);
    root.dataset.version = news.head.v;
  }
  function state(now) {
    var root = document.documentElement, banner = document.getElementById("banner");
    root.dataset.live = now;
    if (!banner) return;
    var bad = now === "down" || now === "failed";
    if (bad && banner.hidden) {
      var since = heard ? new Date(heard) : new Date(), clock = since.toTimeString().slice(0, 8);
      banner.firstElementChild.textContent = banner.dataset[now === "down" ? "frozen" : "failed"].replace("{at}", clock);
    }
    if (banner.hidden === bad) banner.hidden = !bad;
    var word = document.querySelector(".live-state");
    if (word) { word.className = "live-state st " + (bad ? "bad" : "good"); word.textContent = word.dataset[bad ? "down" : "up"]; }
  }

  /* --- another layout: ask the server for it, but never under the reader's hand --- */
  function relay(wanted) {
    clearTimeout(waiting);
    var root = board();
    if (!root) return;
    var held = root.dataset.held ? root.querySelector(root.dataset.held) : root;   // what is not moved under the reader's hand
    if (held && (held.matches(":hover") || held.contains(document.activeElement))) {
      waiting = setTimeout(function () { relay(wanted); }, 1000);
      return;
    }
    shape = wanted;
    window.dash_clientside.set_props(root.dataset.store || "live-shape", { data: wanted });
  }
  new MutationObserver(function (changes) {
    if (!url) return;
    for (var i = 0; i < changes.length; i++) {
      var target = changes[i].target;
      if (target.closest && target.closest("[data-stream]") && !target.closest("[data-leaf]")) {
        collect(); draw();
        return;
      }
    }
  }).observe(document.documentElement, { childList: true, subtree: true });

  function board() { return document.querySelector("[data-stream]"); }
  /* What the server printed as aspects in the first layout, before the stream speaks. */
  function draw() {
    document.querySelectorAll("[data-first]").forEach(function (element) {
      var first = JSON.parse(element.dataset.first);
      for (var name in first) aspects[name](element, first[name]);
    });
  }
  function watch() {
    var root = board(), wanted = root ? root.dataset.stream : null;
    if (root) { shape = root.dataset.shape; collect(); draw(); heard = Date.now(); }
    if (wanted === url) return;
    url = wanted;
    if (source) { source.close(); source = null; }
    if (window.SharedWorker) {
      if (!port && url) {
        port = new SharedWorker(root.dataset.worker, "live").port;
        port.onmessage = function (event) { hear(event.data); };
        port.start();
      }
      if (port) port.postMessage(url ? { kind: "watch", url: url } : { kind: "leave" });
    } else if (url) {
      source = new EventSource(url);
      source.onopen = function () { hear({ kind: "up" }); };
      source.addEventListener("over", function () { source.close(); hear({ kind: "over" }); });
      source.onerror = function () { hear({ kind: "down" }); };
      source.onmessage = function (event) {
        var news = JSON.parse(event.data);
        hear({ kind: "data", head: { v: news.v, shape: news.shape || shape, failed: !!news.failed }, leaves: news.leaves });
      };
    }
    if (!url) delete document.documentElement.dataset.live;
  }
  addEventListener("apogee:page", watch);
  addEventListener("pagehide", function () { if (port) port.postMessage({ kind: "leave" }); url = null; });
  addEventListener("pageshow", function (event) { if (event.persisted) watch(); });
})();
