/* A form that changes something: it is posted as a form of the browser, with the token of the page, and leads to a new document.
   Also: whoever's session is over is led to sign in, and comes back to where he was. */
(function () {
  "use strict";
  function token() {
    var held = document.cookie.split("; ").find(function (each) { return each.indexOf("_csrf_token=") === 0; });
    return held ? decodeURIComponent(held.slice(12)) : "";
  }
  function field(make, each, at) {
    if (each.kind === "hidden") return make("input", { key: at, type: "hidden", name: each.name, value: each.value, readOnly: true });
    if (each.kind === "choices") {
      return make("fieldset", { key: at, className: "choices" }, [make("legend", { key: "g" }, each.label),
        make("div", { key: "l", tabIndex: -1 }, each.options.map(function (option) {
          return make("label", { key: option[0], className: "check" }, [
            make("input", { key: "i", type: "checkbox", name: each.name, value: option[0], defaultChecked: each.on.indexOf(option[0]) >= 0 }),
            make("span", { key: "s" }, [option[1], option[2] ? make("small", { key: "d" }, " " + option[2]) : null])]); }))]);
    }
    if (each.kind === "check") {
      return make("label", { key: at, className: "check" }, [
        make("input", { key: "i", type: "checkbox", name: each.name, value: each.value || "1", defaultChecked: !!each.on }),
        make("span", { key: "s" }, each.label)]);
    }
    var input = each.kind === "select"
      ? make("select", { key: "i", name: each.name, defaultValue: each.value }, each.options.map(function (pair) {
        return make("option", { key: pair[0], value: pair[0] }, pair[1]); }))
      : make("input", { key: "i", type: each.kind || "text", name: each.name, defaultValue: each.value || "", placeholder: each.hint || "",
        list: each.list && each.list.length ? "list-" + each.name : undefined, required: !!each.needed, maxLength: 400, autoComplete: "off", autoCapitalize: "none", spellCheck: false });
    var parts = [make("span", { key: "s" }, each.label), input];
    if (each.list && each.list.length) parts.push(make("datalist", { key: "d", id: "list-" + each.name }, each.list.map(function (pair) {
      return make("option", { key: pair[0], value: pair[0] }, pair[1]); })));
    if (each.note) parts.push(make("small", { key: "n" }, each.note));
    return make("label", { key: at }, parts);
  }
  function form(props) {
    var make = window.React.createElement;
    var fields = (props.fields || []).map(function (each, at) { return field(make, each, at); });
    return make("form", { className: props.name || "asked", method: "post", action: props.action,
      onSubmit: function (event) {
        event.target.elements.csrf.value = token();
        if (props.sure && !window.confirm(props.sure)) event.preventDefault();
      } }, [make("input", { key: "csrf", type: "hidden", name: "csrf", defaultValue: "" })].concat(fields, [
      make("button", { key: "button", type: "submit", className: props.tone || "" }, props.button)]));
  }
  window.apogee = Object.assign(window.apogee || {}, { Form: form });

  function leave() { location.assign("/sign-in?next=" + encodeURIComponent(location.pathname + location.search)); }
  var plain = window.fetch;
  window.fetch = function (asked) {
    return plain.apply(this, arguments).then(function (answer) {
      if (answer.status === 401 && /\/_dash-/.test(String(asked && asked.url || asked))) leave();
      return answer;
    });
  };
  addEventListener("apogee:over", leave);
})();
