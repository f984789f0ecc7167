# What R makes of the same numbers: prints reference.txt, one case a line, fields divided by ";", numbers by spaces.
#
#   Rscript reference.R > reference.txt
#
# Needs r-base-core and r-cran-diptest. What R has no function for is counted out or written down from its definition.
show <- function(name, ...) {
  fields <- sapply(list(...), function(x) paste(trimws(formatC(x, digits = 15, format = "g")), collapse = " "))
  cat(paste(c(name, fields), collapse = ";"), "\n", sep = "")
}
set.seed(6)
normal <- function(n, mean = 0, sd = 1) round(mean + sd * qnorm(runif(n)), 6)  # by inversion: the same in every R
samples <- list(c(3.5), c(2, 1), c(5, 1, 3), c(1, 1, 2, 2, 4, 6, 9), c(1, 1, 1, 1, 100), normal(6), normal(10, 100, 5),
                round(exp(normal(20)), 4), c(normal(15), normal(16, 5)), normal(100))

for (x in samples) {
  for (p in c(0, 0.1, 0.25, 0.5, 0.9, 0.99, 1)) show("quantile", x, p, quantile(x, p, type = 7, names = FALSE))
  show("summary", x, c(median(x), mean(x), min(x), max(x), mad(x, constant = 1)))
  if (length(x) > 1) show("deviation", x, sd(x))
  hinges <- fivenum(x)[c(2, 4)]
  show("fences", x, hinges[c(1, 1, 2, 2)] + diff(hinges) * c(-3, -1.5, 1.5, 3))
  outside <- length(boxplot.stats(x, coef = 1.5)$out)
  show("outside", x, c(length(x) - outside, outside, length(boxplot.stats(x, coef = 3)$out)))
  if (length(x) >= 6) {
    rank <- max(which(1 - 2 * pbinom(0:(length(x) %/% 2 - 1), length(x), 0.5) >= 0.95))
    show("median_interval", x, c(sort(x)[c(rank, length(x) + 1 - rank)], 1 - 2 * pbinom(rank - 1, length(x), 0.5)))
  }
  if (length(unique(x)) > 3) {
    show("dip", x, diptest::dip(x))
    show("dip_p_value", x, round(diptest::dip.test(x, simulate.p.value = TRUE, B = 20000)$p.value, 3))
  }
}
show("dip", faithful$eruptions, diptest::dip(faithful$eruptions))

for (p in c(1e-12, 1e-5, 0.005, 0.025, 0.3, 0.5, 0.7, 0.975, 0.9995)) {
  show("normal_quantile", p, qnorm(p))
  for (freedom in c(1, 2, 5.5, 9, 29, 1000)) show("student_quantile", p, freedom, qt(p, freedom))
}
for (t in c(-40, -3, -0.5, 0, 1e-3, 1, 4.6, 30))
  for (freedom in c(0.5, 1, 3, 9, 29, 1e6)) show("student_probability", t, freedom, pt(t, freedom))

for (p in list(0.03, c(0.01, 0.04, 0.03, 0.005), c(0.5, 0.5, 0.9, 1), round(runif(20)^3, 6), c(0, 0.01, 0.01, 0.01)))
  show("holm", p, p.adjust(p, "holm"))

arms <- list(list(c(1), c(2)), list(normal(4), normal(4, 5)), list(normal(3), normal(9, 1)), list(normal(10), normal(10, 0.7)),
             list(normal(30), normal(30, 0.3)), list(normal(50), normal(45, 0.4)), list(round(normal(40), 1), round(normal(40, 0.5), 1)))
for (arm in arms) {
  count <- length(arm[[1]]) + length(arm[[2]])
  test <- wilcox.test(arm[[1]], arm[[2]], exact = count <= 60, correct = TRUE)
  show("mann_whitney", arm[[1]], arm[[2]], c(test$statistic, test$p.value))
}
# With ties R has no exact test: all divisions counted out.
for (arm in list(list(c(1, 2, 2, 3), c(2, 3, 3, 4, 5)), list(c(1, 1, 1), c(1, 1)), list(c(1, 1, 2, 7, 7), c(2, 7, 8, 8, 8, 9)))) {
  ranks <- rank(unlist(arm))
  sums <- combn(length(ranks), length(arm[[1]]), function(chosen) sum(ranks[chosen]))
  measured <- sum(ranks[seq_along(arm[[1]])])
  show("mann_whitney", arm[[1]], arm[[2]], c(measured - length(arm[[1]]) * (length(arm[[1]]) + 1) / 2,
       mean(abs(sums - mean(sums)) >= abs(measured - mean(sums)) - 1e-9)))
}

# Newcombe's method 5 as an equation to be solved.
for (arm in arms) {
  m <- length(arm[[1]]); n <- length(arm[[2]])
  p <- mean(outer(arm[[1]], arm[[2]], ">") + outer(arm[[1]], arm[[2]], "==") / 2)
  beyond <- function(q) (p - q)^2 - qnorm(0.975)^2 * q * (1 - q) / (m * n) * (1 + ((m + n) / 2 - 1) * ((1 - q) / (2 - q) + q / (1 + q)))
  root <- function(low, high) uniroot(beyond, c(low, high), tol = 1e-14)$root
  tiny <- 1e-12
  show("superiority", arm[[1]], arm[[2]], c(p, if (p == 0) 0 else root(tiny, p), if (p == 1) 1 else root(max(p, tiny), 1 - tiny)))
}

# Every choice of signs, one by one.
for (x in list(c(0.1), c(1, -2), c(1, 2, 3, -1), normal(8, 0.5), c(0, 0, 1, -1, 2, 2), normal(14, 0.6), rep(0.3, 12))) {
  signs <- as.matrix(expand.grid(rep(list(c(-1, 1)), length(x))))
  show("sign_flip", x, mean(abs(signs %*% x) >= abs(sum(x)) - 1e-9))
}

# The mean's expanded percentiles, from ten times as many resamples.
for (x in list(normal(6), normal(10, 1), normal(30, 5, 3))) {
  n <- length(x)
  part <- pnorm(sqrt(n / (n - 1)) * qt(0.025, n - 1))
  means <- replicate(1e5, mean(sample(x, n, replace = TRUE)))
  show("bootstrap", x, round(quantile(means, c(part, 1 - part), names = FALSE), 4))
}

# The most different two sides, written down as the paper defines them.
energy <- function(x, y) {
  apart <- function(a, b) sum(abs(outer(a, b, "-")))
  m <- length(x); n <- length(y)
  m * n / (m + n) * (2 * apart(x, y) / (m * n) - apart(x, x) / (m * (m - 1)) - apart(y, y) / (n * (n - 1)))
}
for (x in list(c(normal(12), normal(14, 3)), c(normal(30, 0, 1), normal(30, 0, 30)), c(normal(9, 5), normal(21, 9)))) {
  best <- 0
  for (middle in 6:(length(x) - 6)) for (end in (middle + 6):length(x)) {
    found <- energy(x[1:middle], x[(middle + 1):end])
    if (found > best) { best <- found; index <- middle }
  }
  show("change_point", x, index)
}
