"""How mature a company is: seven dimensions on three levels, earned from its own data and from answers with evidence.

`model` reads the criteria, thresholds and words (TOML beside it); `measure` asks the store what the indicators need; `score` makes values,
levels and scores of them (pure); `card` puts a scorecard together for any date; `held`, `action` and `agreement` say what holds, what to
do next and how far the assessors agree.
"""
