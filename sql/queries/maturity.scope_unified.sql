-- Staff of customer-facing directions: under the one head?
SELECT at, key AS what, since AS stated_at, {flag unified} AS ok, {number staff} AS weight
FROM {register department}
WHERE weight > 0
