//! The printed table.

use std::fmt;
use std::time::Duration;

/// Rows of a figure's name, its value and the budget (design §5).
#[derive(Default)]
pub(crate) struct Table(Vec<[String; 3]>);

impl Table {
    pub(crate) fn row(&mut self, name: &str, value: impl fmt::Display, budget: &str) {
        eprintln!("{name}: {value}");
        self.0
            .push([name.to_owned(), value.to_string(), budget.to_owned()]);
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return Ok(());
        }
        writeln!(f, "| what | measured | budget |\n|---|---|---|")?;
        self.0
            .iter()
            .try_for_each(|[name, value, budget]| writeln!(f, "| {name} | {value} | {budget} |"))
    }
}

/// Minimum, median and maximum of some figures.
pub(crate) fn spread(mut figures: Vec<f64>, unit: &str) -> String {
    figures.sort_by(f64::total_cmp);
    let (first, last) = (figures.first().copied(), figures.last().copied());
    let median = figures.get(figures.len() / 2).copied();
    let of = |figure: Option<f64>| figure.unwrap_or(f64::NAN);
    let figures = format!(
        "{:.2} / {:.2} / {:.2} {unit}",
        of(first),
        of(median),
        of(last)
    );
    figures.trim_end().to_owned()
}

/// The latency that `share` of all calls stay under.
pub(crate) fn percentile(latencies: &mut [Duration], share: f64) -> Duration {
    latencies.sort_unstable();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "an index below the length"
    )]
    let index = (latencies.len() as f64 * share) as usize;
    latencies
        .get(index.min(latencies.len().saturating_sub(1)))
        .copied()
        .unwrap_or_default()
}
