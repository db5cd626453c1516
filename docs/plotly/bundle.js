// The part of plotly.js that Apogee draws with; see docs/plotly/README.md for how it is built.
var Plotly = require('plotly.js/lib/core');          // scatter is part of the core
Plotly.register([
  require('plotly.js/lib/bar'),
  require('plotly.js/lib/box'),
  require('plotly.js/lib/heatmap'),
  require('plotly.js/lib/histogram'),
  require('plotly.js/lib/sankey'),
  require('plotly.js/lib/waterfall'),
  require('./fr')
]);
module.exports = Plotly;
