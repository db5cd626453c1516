/* One connection per browser and board, however many tabs show it (browsers allow six connections to a host).
   Keeps the whole board, so that a tab that opens later starts from it; hands on only what changed. */
"use strict";
var boards = new Map();          // address of the stream → { source, ports, leaves, head }

function tell(board, message) { board.ports.forEach(function (port) { port.postMessage(message); }); }

function open(url, board) {
  var source = board.source = new EventSource(url);
  source.onopen = function () { board.up = true; tell(board, { kind: "up" }); };
  source.onmessage = function (event) {
    var news = JSON.parse(event.data);
    if (!("after" in news)) board.leaves = {};
    Object.assign(board.leaves, news.leaves);
    board.head = { v: news.v, shape: news.shape || (board.head || {}).shape, failed: !!news.failed };
    tell(board, { kind: "data", head: board.head, leaves: news.leaves });
  };
  source.addEventListener("over", function () {           // the session ended, or its viewer may see something else now
    source.close();
    board.source = null;
    tell(board, { kind: "over" });
  });
  source.onerror = function () {
    board.up = false;
    tell(board, { kind: "down" });
    if (source.readyState === 2) {                       // refused, not broken: the browser does not try again by itself
      board.source = null;
      setTimeout(function () { if (board.ports.size && !board.source) open(url, board); }, 3000);
    }
  };
}

function subscribe(port, url) {
  var board = boards.get(url);
  if (!board) boards.set(url, board = { ports: new Set(), leaves: {}, head: null, up: null });
  board.ports.add(port);
  if (!board.source) open(url, board);
  if (board.head) port.postMessage({ kind: "data", head: board.head, leaves: board.leaves });
  if (board.up !== null) port.postMessage({ kind: board.up ? "up" : "down" });
}

function leave(port) {
  boards.forEach(function (board, url) {
    board.ports.delete(port);
    if (!board.ports.size) { if (board.source) board.source.close(); boards.delete(url); }
  });
}

self.onconnect = function (event) {
  var port = event.ports[0];
  port.onmessage = function (message) {
    leave(port);
    if (message.data.kind === "watch") subscribe(port, message.data.url);
  };
  port.start();
};
