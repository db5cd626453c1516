/* The frame of every page: navigation without reloading, title, place and focus of a new page, the theme switch, menus that close themselves.
   Also takes our small chart library in place of the whole one, for pages that have a chart. */
(function () {
  "use strict";
  var root = document.documentElement;

  var base = (document.currentScript && document.currentScript.src.replace(/[^/]*$/, "")) || "/assets/";
  Object.defineProperty(window, "_dashPlotlyJSURL", { get: function () { return base + "plotly-4.1.1.min.js"; }, set: function () {} });

  /* --- navigation: a plain link to a page of ours changes the address and lets Dash draw, instead of starting the document anew --- */
  var focusNext = null, focusBack = null;
  function here(link) {
    return link && link.origin === location.origin && !link.target && !link.hasAttribute("download") && !("document" in link.dataset) &&
      !/^\/(api|assets|_)|^\/(metrics|healthz|readyz)$/.test(link.pathname) && !(link.hash && link.pathname + link.search === location.pathname + location.search);
  }
  document.addEventListener("click", function (event) {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    var link = event.target.closest && event.target.closest("a[href]");
    if (!here(link)) return;
    event.preventDefault();
    if (link.href === location.href) return;
    focusNext = link.pathname !== location.pathname;
    var menu = link.closest("details.menu");
    focusBack = menu ? Array.prototype.indexOf.call(document.querySelectorAll("details.menu"), menu) : null;
    history.pushState({}, "", link.href);
    dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    if (focusNext) scrollTo(0, 0);
  });

  /* --- a new page: its title in the tab, its language on the document, focus where a reader goes on --- */
  var framed = null;
  new MutationObserver(function () {
    var page = document.querySelector("[data-frame]");
    if (!page || page === framed) return;
    framed = page;
    root.lang = page.dataset.language;
    document.title = page.dataset.frame + " · Apogee";
    if (focusBack !== null) {
      var menu = document.querySelectorAll("details.menu > summary")[focusBack];
      if (menu) menu.focus();
    } else if (focusNext) {
      var main = document.getElementById("main");
      if (main) main.focus({ preventScroll: true });
    }
    focusNext = focusBack = null;
    var place = document.querySelector(".places [aria-current]"), places = place && place.parentNode;
    if (places) places.scrollLeft = place.offsetLeft - places.offsetLeft - (places.clientWidth - place.offsetWidth) / 2; // on a phone the bar is wider than it
    paintTheme();
    dispatchEvent(new Event("apogee:page"));
  }).observe(document.documentElement, { childList: true, subtree: true });

  /* --- theme --- */
  function paintTheme() {
    var button = document.getElementById("theme");
    if (button) button.setAttribute("aria-pressed", String(root.dataset.theme === "dark"));
  }
  document.addEventListener("click", function (event) {
    if (!event.target.closest || !event.target.closest("#theme")) return;
    var theme = root.dataset.theme === "dark" ? "light" : "dark";
    delete root.dataset.system;
    root.dataset.theme = theme;
    document.cookie = "apogee_theme=" + theme + "; path=/; max-age=31536000; samesite=strict";
    var address = new URL(location.href);
    if (address.searchParams.has("theme")) {
      address.searchParams.set("theme", theme);
      history.replaceState(history.state, "", address);
    }
    paintTheme();
  });

  /* --- menus: Escape or a click elsewhere closes them, one is open at a time --- */
  function close(except) {
    document.querySelectorAll("details.menu[open]").forEach(function (menu) { if (menu !== except) menu.open = false; });
  }
  document.addEventListener("click", function (event) { close(event.target.closest && event.target.closest("details.menu")); });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    var open = document.querySelector("details.menu[open]");
    if (open) { open.open = false; open.querySelector("summary").focus(); }
  });
})();
