-- The ranking of Record.Strain by surprise, at the level of actors, over the
-- table hits: one row for each directed dyad, day, type and class. $1 is the
-- first day of the window of 30 days, $2 the weighted days before it, $3 the
-- weighted number of past windows of 30 days.
WITH active AS (
	SELECT DISTINCT a, b FROM hits WHERE day >= $1 AND day < $1 + 30
), mine AS (
	SELECT h.* FROM hits h JOIN active USING (a, b) WHERE day < $1 + 30
), sums AS (
	SELECT a, b,
		count(*) FILTER (day >= $1 AND hostile) AS n,
		count(*) FILTER (day >= $1) AS volume,
		sum(CASE WHEN day < $1 AND hostile THEN pow(2, (day - $1) / 720.0) ELSE 0 END) AS past
	FROM mine GROUP BY a, b
), windows AS (
	SELECT a, b, k, pow(2, -k * 30 / 720.0) AS w, count(*) AS c
	FROM (SELECT a, b, (($1 - 1 - day) // 30) + 1 AS k FROM mine WHERE hostile AND day < $1)
	WHERE k <= 36 GROUP BY a, b, k
), varies AS (
	SELECT a, b, sum(w * c) / $3 AS m, sum(w * c * c) / $3 AS q FROM windows GROUP BY a, b
), fitted AS (
	SELECT a, b, n, volume, 0.6 + past AS size, 30 * (0.6 + past) / (150 + $2) AS mu,
		CASE WHEN m IS NULL THEN 0.1 ELSE ($3 * greatest(0, (q - m * m - m) / (m * m)) + 0.6) / ($3 + 6) END AS phi
	FROM sums LEFT JOIN varies USING (a, b) WHERE n > 0
), sized AS (
	SELECT a, b, n, volume, mu, 1 / (1 / size + mu / (mu + 10) * phi) AS s FROM fitted
), ranked AS (
	SELECT a, b, n, volume, mu, -log10(least(1, sum(exp(
		lgamma(n + j + s) - lgamma(s) - lgamma(n + j + 1) + s * ln(s / (s + mu)) + (n + j) * ln(mu / (s + mu))))))::DOUBLE AS r
	FROM sized, range(400) t(j) GROUP BY a, b, n, volume, mu
)
SELECT a, b, n, mu, r FROM ranked ORDER BY n >= 2 DESC, r DESC, a, b LIMIT 20
