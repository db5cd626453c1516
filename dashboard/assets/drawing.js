/* Draws the small charts of dashboard/parts: a tree of [tag, attributes, children] becomes real SVG in the page, so that colours follow
   the theme and print well. Only the drawing tags below exist; no text is ever read as markup and no handler can be passed. */
(function () {
  "use strict";
  var tags = new Set(["svg", "g", "path", "line", "polyline", "polygon", "rect", "circle", "text", "tspan", "title"]);
  function build(node, key, extra) {
    if (typeof node === "string") return node;
    if (!tags.has(node[0])) return null;
    var attributes = { key: key };
    Object.keys(node[1] || {}).forEach(function (name) {
      if (!/^on/i.test(name) && !/html/i.test(name)) attributes[name] = node[1][name];
    });
    Object.assign(attributes, extra);
    return window.React.createElement(node[0], attributes, (node[2] || []).map(function (child, at) { return build(child, at); }));
  }
  window.apogee = Object.assign(window.apogee || {}, {
    Drawing: function (props) {
      return build(props.tree, undefined, props.id ? { id: props.id } : {});
    },
  });
})();
