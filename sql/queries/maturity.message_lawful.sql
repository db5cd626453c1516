-- Messages: was the last word that covers its purpose and channel, said before by the same person, a consent?
SELECT at, called AS what, acted_at AS stated_at, notEmpty(said) AND NOT said[-1].2 AS ok, 1 AS weight
FROM {written} {within acted_at}
