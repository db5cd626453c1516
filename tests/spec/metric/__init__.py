"""Each metric said a second time, a file for each family of the catalogue; a public function is the oracle of the metric of its name."""
