/* The maturity forms: fields Dash has no component for, answers and what is half filled in kept in this browser until the server has them,
   evidence, projection. */
(function () {
  "use strict";
  var KEPT = "apogee.maturity.answers", DRAFTS = "apogee.maturity.drafts", busy = false, refusal = "", signedOut = false;

  /* --- fields: <div data-field> becomes an input, once --- */
  function fields(root) {
    root.querySelectorAll("div[data-field]").forEach(function (place) {
      if (place.firstChild) return;
      var kind = place.dataset.type, input = document.createElement({ area: "textarea", select: "select" }[kind] || "input");
      if (input.localName === "input") input.type = kind;
      if (kind === "select") JSON.parse(place.dataset.options).forEach(function (pair) { input.add(new Option(pair[1], pair[0])); });
      input.name = place.dataset.field;
      if (kind !== "file") input.value = place.dataset.value || "";
      if (kind === "radio") input.checked = !!place.dataset.checked;
      if (place.dataset.accept) input.accept = place.dataset.accept;
      if (kind === "radio") place.replaceWith(input); else { place.appendChild(input); recall(input); }
    });
    restore();
  }
  new MutationObserver(function () { fields(document); }).observe(document.documentElement, { childList: true, subtree: true });

  /* --- what is half filled in: kept by form until the server has it, as a meeting's page is drawn anew whenever something was sent --- */
  function drafts() { try { return JSON.parse(localStorage.getItem(DRAFTS)) || {}; } catch (_) { return {}; } }
  function draft(form) {
    return Object.keys(form.dataset).filter(function (name) { return name.indexOf("send") === 0; }).sort()
      .reduce(function (said, name) { return said + "|" + form.dataset[name]; }, form.dataset.post);
  }
  function note(form, name, value) {
    var all = drafts(), key = draft(form);
    if (name) { all[key] = all[key] || {}; all[key][name] = value; } else delete all[key];
    localStorage.setItem(DRAFTS, JSON.stringify(all));
  }
  function recall(input) {
    var form = input.closest("form[data-post]"), said = form && input.type !== "file" && drafts()[draft(form)];
    if (!said || !(input.name in said) || said[input.name] === input.value) return;
    input.value = said[input.name];
    var around = input.closest("details");
    if (around) around.open = true;
    if (form.querySelector(".drafted")) return;
    var line = form.appendChild(document.createElement("p")), back = document.createElement("button");
    line.className = "drafted note"; line.textContent = word("draft", form) + " ";
    back.type = "button"; back.className = "linklike"; back.textContent = word("undraft", form);
    back.addEventListener("click", function () { note(form); location.reload(); });
    line.appendChild(back);
  }
  document.addEventListener("input", function (event) {
    var form = event.target.closest && event.target.closest("form[data-post]");
    if (form && event.target.name && event.target.type !== "file") note(form, event.target.name, event.target.value);
  });

  /* --- answers: into this browser first, then to the server, as often as it takes --- */
  function kept() { try { return JSON.parse(localStorage.getItem(KEPT)) || []; } catch (_) { return []; } }
  function keep(list) { localStorage.setItem(KEPT, JSON.stringify(list)); tell(list); }
  /* Of what is kept, what whoever answers on this page said: a machine may be shared, and nobody sends in another's name. */
  function own(list) {
    var form = document.querySelector("[data-assessor]");
    return form ? list.filter(function (one) { return one.assessor === form.dataset.assessor; }) : [];
  }
  function waiting(list) { return own(list).filter(function (one) { return !one.turned; }); }
  function drop(ticket) { keep(kept().filter(function (one) { return one.ticket !== ticket; })); }
  function tell(list) {
    var said = document.querySelector(".saved"), n = waiting(list).length;
    offer(own(list).filter(function (one) { return one.turned; }));
    if (!said) return;
    said.classList.toggle("waiting", n > 0 || !!refusal);
    said.textContent = refusal ? said.dataset.refused + " " + refusal : n ? (n === 1 ? said.dataset.one : said.dataset.waiting).replace("{n}", n) : said.dataset.all;
    if (n && signedOut) said.textContent += " " + word("out", said);
  }
  /* What the server will never take (not in this name, an assessment that is closed): said, kept, and for its assessor to decide. */
  function offer(list) {
    var box = document.querySelector(".turned"), key = JSON.stringify(list);
    if (!box || box.dataset.key === key) return;
    box.dataset.key = key;
    box.textContent = "";
    if (!list.length) return;
    var said = box.appendChild(document.createElement("p")), tickets = list.map(function (one) { return one.ticket; });
    said.textContent = (list.length === 1 ? box.dataset.one : box.dataset.more).replace("{n}", list.length) + " " + list[0].turned;
    function others() { return kept().filter(function (one) { return tickets.indexOf(one.ticket) < 0; }); }
    [["again", function () { keep(others().concat(list.map(function (one) { return Object.assign({}, one, { turned: "" }); }))); flush(); }],
      ["download", function () {
        var link = document.createElement("a");
        link.href = URL.createObjectURL(new Blob([JSON.stringify(list, null, 1)], { type: "application/json" }));
        link.download = "apogee-answers.json";
        link.click();
        setTimeout(function () { URL.revokeObjectURL(link.href); }, 1000);
      }],
      ["discard", function () { if (confirm(box.dataset.sure)) keep(others()); }]
    ].forEach(function (each) {
      var button = box.appendChild(document.createElement("button"));
      button.type = "button"; button.className = "btn plain"; button.textContent = box.dataset[each[0]];
      button.addEventListener("click", each[1]);
    });
  }
  function turn(ticket, why) {
    keep(kept().map(function (one) { return one.ticket === ticket ? Object.assign({}, one, { turned: why }) : one; }));
  }
  function restore() {
    kept().forEach(function (one) {
      var mine = document.querySelector('[data-assessment="' + one.assessment + '"][data-assessor="' + CSS.escape(one.assessor) + '"]');
      var input = mine && mine.querySelector('input[name="' + one.criterion + '"][value="' + one.value + '"]');
      if (input && !input.checked) input.checked = true;
    });
  }
  document.addEventListener("change", function (event) {
    var input = event.target, form = input.closest && input.closest("[data-assessment]");
    if (!form || input.type !== "radio") return;
    var list = kept();
    refusal = "";
    list.push({ ticket: crypto.randomUUID ? crypto.randomUUID() : String(Date.now()) + Math.random(), assessment: form.dataset.assessment,
      assessor: form.dataset.assessor, direction: form.dataset.direction, criterion: input.name, value: input.value });
    keep(list);
    flush();
  });
  function token() { return decodeURIComponent((document.cookie.match(/(?:^|; )_csrf_token=([^;]*)/) || [])[1] || ""); }
  function word(name, place) { var around = place.closest("[data-maturity]"); return (around && around.dataset[name]) || ""; }
  function send(address, body, headers) {
    return fetch(address + "?lang=" + encodeURIComponent(document.documentElement.lang), { method: "POST", body: body, headers: Object.assign({ "X-CSRFToken": token() }, headers || {}) });
  }
  function flush() {
    var one = waiting(kept())[0];
    if (busy || !one) { tell(kept()); return; }
    busy = true;
    send("/api/v1/maturity/vote", JSON.stringify(one), { "Content-Type": "application/json" }).then(function (answer) {
      busy = false;
      signedOut = answer.status === 401;
      if (answer.ok) { drop(one.ticket); flush(); return; }
      if (answer.status >= 500 || [401, 408, 429].indexOf(answer.status) >= 0) { tell(kept()); return; }  // kept: later, or after signing in
      if (answer.status === 403 || answer.status === 409) {
        answer.json().then(function (said) { turn(one.ticket, said.detail || String(answer.status)); flush(); },
          function () { turn(one.ticket, String(answer.status)); flush(); });
        return;
      }
      refusal = String(answer.status);
      drop(one.ticket);
      answer.json().then(function (said) { refusal = said.detail || refusal; tell(kept()); flush(); }, function () { flush(); });
    }, function () { busy = false; tell(kept()); });
  }
  setInterval(flush, 3000);
  addEventListener("online", flush);

  /* --- the other forms: sent as they are, then the page is drawn again --- */
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.dataset && "address" in form.dataset) {
      event.preventDefault();
      var query = new URLSearchParams(location.search);
      new FormData(form).forEach(function (value, name) { if (value) query.set(name, value); });
      location.search = query.toString();
      return;
    }
    if (!form.dataset || !form.dataset.post) return;
    event.preventDefault();
    var data = new FormData(form);
    Object.keys(form.dataset).forEach(function (name) { if (name.indexOf("send") === 0 && name.length > 4) data.set(name.slice(4).toLowerCase(), form.dataset[name]); });
    data.set("csrf", token());
    var said = form.querySelector(".refusal") || form.appendChild(document.createElement("p"));
    said.className = "refusal note"; said.setAttribute("role", "alert"); said.textContent = "…";
    send(form.dataset.post, data).then(function (answer) {
      if (answer.ok) { note(form); location.reload(); return; }
      if (answer.status === 401) { said.textContent = word("out", form); return; }
      answer.json().then(function (problem) { said.textContent = problem.detail; }, function () { said.textContent = answer.status; });
    }, function () { said.textContent = word("gone", form); });
  });

  /* --- the rows behind a figure: shown where they are, whatever was above them --- */
  addEventListener("apogee:page", function () {
    var rows = location.hash === "#rows" && document.getElementById("rows");
    if (rows) { rows.scrollIntoView(); rows.focus({ preventScroll: true }); }
  });

  /* --- projection: the matrix alone, large --- */
  document.addEventListener("click", function (event) {
    if (!event.target.closest || !event.target.closest("#present")) return;
    event.preventDefault();
    document.documentElement.setAttribute("data-present", "");
    if (document.documentElement.requestFullscreen) document.documentElement.requestFullscreen().catch(function () {});
  });
  document.addEventListener("keydown", function (event) { if (event.key === "Escape") document.documentElement.removeAttribute("data-present"); });
  document.addEventListener("fullscreenchange", function () { if (!document.fullscreenElement) document.documentElement.removeAttribute("data-present"); });
})();
