/* Draws the small charts and the still parts of dashboard/parts: a tree of [tag, attributes, children] becomes real SVG and HTML in the
   page, so that colours follow the theme and print well. Only the tags below exist, links lead to pages of ours only; no text is ever read
   as markup and no handler can be passed. */
(function () {
  "use strict";
  var tags = new Set(["svg", "g", "path", "line", "polyline", "polygon", "rect", "circle", "text", "tspan", "title",
    "div", "span", "p", "ul", "ol", "li", "a", "i", "b", "small", "code", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td",
    "section", "header", "h2", "h3", "figure", "figcaption", "details", "summary", "dl", "dt", "dd"]);
  function build(node, key, extra) {
    if (typeof node === "string") return node;
    if (!tags.has(node[0])) return null;
    var attributes = { key: key };
    Object.keys(node[1] || {}).forEach(function (name) {
      if (/^on/i.test(name) || /html/i.test(name)) return;
      if (name === "href" && !/^\/(?!\/)/.test(node[1][name])) return;      // pages of ours only
      attributes[name] = node[1][name];
    });
    Object.assign(attributes, extra);
    var children = (node[2] || []).map(function (child, at) { return build(child, at); });
    return window.React.createElement(node[0], attributes, children.length ? children : undefined);
  }

  /* --- search: what is on the page narrows as one types; accents and case do not matter --- */
  function folded(text) { return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase(); }
  function narrow(typed) {
    var words = folded(typed).split(/\s+/).filter(Boolean);
    document.querySelectorAll("[data-find]").forEach(function (row) {
      var text = folded(row.dataset.find);
      row.hidden = !words.every(function (word) { return text.includes(word); });
    });
    document.querySelectorAll("[data-finds]").forEach(function (group) {
      group.hidden = !group.querySelector("[data-find]:not([hidden])");
    });
    document.querySelectorAll("[data-found-none]").forEach(function (note) {
      note.hidden = Boolean(document.querySelector("[data-find]:not([hidden])"));
    });
  }
  function search(props) {
    var make = window.React.createElement;
    var kept = (props.kept || []).map(function (pair, at) { return make("input", { key: at, type: "hidden", name: pair[0], value: pair[1], readOnly: true }); });
    return make("form", { className: "search", role: "search", method: "get", action: props.action }, kept.concat([
      make("input", { key: "field", id: props.id, type: "search", name: props.name, defaultValue: props.value, placeholder: props.label,
        "aria-label": props.label, autoComplete: "off", onInput: function (event) { narrow(event.target.value); } }),
      make("button", { key: "button", type: "submit" }, props.button),
    ]));
  }

  window.apogee = Object.assign(window.apogee || {}, {
    Drawing: function (props) {
      return build(props.tree, undefined, props.id ? { id: props.id } : {});
    },
    Search: search,
  });
})();
