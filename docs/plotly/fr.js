// French for plotly.js: the words of the mode bar, months and days as French typography abbreviates them, narrow spaces, the euro.
module.exports = {
  moduleType: 'locale',
  name: 'fr',
  dictionary: {
    'Autoscale': 'Échelle automatique',
    'Box Select': 'Sélection rectangulaire',
    'Click to enter Colorscale title': 'Ajouter un titre à l’échelle de couleurs',
    'Click to enter Plot title': 'Ajouter un titre au graphique',
    'Click to enter X axis title': 'Ajouter un titre à l’axe x',
    'Click to enter Y axis title': 'Ajouter un titre à l’axe y',
    'Compare data on hover': 'Comparer les données au survol',
    'Double-click on legend to isolate one trace': 'Double-cliquer sur la légende pour isoler une série',
    'Double-click to zoom back out': 'Double-cliquer pour revenir à la vue d’ensemble',
    'Download plot': 'Télécharger le graphique',
    'Download plot as a PNG': 'Télécharger le graphique en PNG',
    'Lasso Select': 'Sélection au lasso',
    'Pan': 'Déplacer',
    'Reset': 'Réinitialiser',
    'Reset axes': 'Réinitialiser les axes',
    'Show closest data on hover': 'Donnée la plus proche au survol',
    'Toggle Spike Lines': 'Afficher ou masquer les repères',
    'Zoom': 'Zoom',
    'Zoom in': 'Agrandir',
    'Zoom out': 'Réduire',
    'close:': 'clôture :', 'high:': 'haut :', 'incoming flow count:': 'flux entrants :', 'low:': 'bas :', 'lower fence:': 'borne basse :',
    'max:': 'max. :', 'mean ± σ:': 'moyenne ± σ :', 'mean:': 'moyenne :', 'median:': 'médiane :', 'min:': 'min. :',
    'new text': 'nouveau texte', 'open:': 'ouverture :', 'outgoing flow count:': 'flux sortants :', 'q1:': 'q1 :', 'q3:': 'q3 :',
    'source:': 'source :', 'target:': 'cible :', 'trace': 'série', 'upper fence:': 'borne haute :'
  },
  format: {
    days: ['dimanche', 'lundi', 'mardi', 'mercredi', 'jeudi', 'vendredi', 'samedi'],
    shortDays: ['dim.', 'lun.', 'mar.', 'mer.', 'jeu.', 'ven.', 'sam.'],
    months: ['janvier', 'février', 'mars', 'avril', 'mai', 'juin', 'juillet', 'août', 'septembre', 'octobre', 'novembre', 'décembre'],
    shortMonths: ['janv.', 'févr.', 'mars', 'avr.', 'mai', 'juin', 'juil.', 'août', 'sept.', 'oct.', 'nov.', 'déc.'],
    date: '%d/%m/%Y',
    decimal: ',',
    thousands: '\u202f',
    grouping: [3],
    currency: ['', '\u00a0€']
  }
};
