//! Two sides measured in turns, and the rows that come of it.

use std::time::{Duration, Instant};

use serde_json::json;

/// How many rounds a figure is the median of.
pub(crate) const ROUNDS: usize = 7;

/// One line of the table.
pub(crate) struct Row {
    pub(crate) subject: String,
    /// What is compared, ours first.
    pub(crate) compared: String,
    /// A ratio, or a count where `unit` says so.
    pub(crate) figure: f64,
    pub(crate) unit: &'static str,
    pub(crate) target: Target,
}

/// What the figure should be.
#[derive(Clone, Copy)]
#[allow(dead_code)]
pub(crate) enum Target {
    AtMost(f64),
    AtLeast(f64),
    /// Shown for comparison.
    None,
}

impl Row {
    /// A ratio of ours to the other's.
    pub(crate) fn ratio(subject: &str, compared: &str, figure: f64, target: Target) -> Self {
        Self::count(subject, compared, figure, "×", target)
    }

    /// A figure of some unit.
    pub(crate) fn count(
        subject: &str,
        compared: &str,
        figure: f64,
        unit: &'static str,
        target: Target,
    ) -> Self {
        Self {
            subject: subject.to_owned(),
            compared: compared.to_owned(),
            figure,
            unit,
            target,
        }
    }
}

/// A subject: its name for `--only`, and what measures it.
pub(crate) type Subject = (&'static str, fn() -> Vec<Row>);

/// Measures the subjects asked for and writes each row as a line of JSON.
pub(crate) fn report(subjects: &[Subject]) {
    let mut arguments = std::env::args().skip_while(|argument| argument != "--only");
    let only = arguments.nth(1);
    for (name, rows) in subjects {
        if only.as_deref().is_some_and(|only| only != *name) {
            continue;
        }
        eprintln!("measuring {name}");
        for row in rows() {
            let (at_most, at_least) = match row.target {
                Target::AtMost(most) => (Some(most), None),
                Target::AtLeast(least) => (None, Some(least)),
                Target::None => (None, None),
            };
            let row = json!({
                "subject": row.subject,
                "compared": row.compared,
                "figure": row.figure,
                "unit": row.unit,
                "at_most": at_most,
                "at_least": at_least,
            });
            println!("{row}");
        }
    }
}

/// How long things took.
#[derive(Clone, Default)]
pub(crate) struct Times(Vec<Duration>);

impl Times {
    pub(crate) fn push(&mut self, time: Duration) {
        self.0.push(time);
    }

    /// The time in seconds that this share of the times is not above.
    pub(crate) fn quantile(&self, share: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let last = sorted.len().saturating_sub(1);
        let at = (last as f64 * share).round() as usize;
        sorted.get(at).copied().unwrap_or_default().as_secs_f64()
    }
}

/// The median of what the rounds give.
pub(crate) fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Runs both sides in turns, each side first every second time.
pub(crate) fn interleave(
    turns: usize,
    mut ours: impl FnMut(),
    mut theirs: impl FnMut(),
) -> [Times; 2] {
    let mut times = [Times::default(), Times::default()];
    let [our_times, their_times] = &mut times;
    for turn in 0..turns {
        if turn % 2 == 0 {
            our_times.push(timed(&mut ours));
            their_times.push(timed(&mut theirs));
        } else {
            their_times.push(timed(&mut theirs));
            our_times.push(timed(&mut ours));
        }
    }
    times
}

/// The same for calls over a network.
pub(crate) async fn interleave_calls(
    turns: usize,
    mut ours: impl AsyncFnMut(),
    mut theirs: impl AsyncFnMut(),
) -> [Times; 2] {
    let mut times = [Times::default(), Times::default()];
    let [our_times, their_times] = &mut times;
    for turn in 0..turns {
        if turn % 2 == 0 {
            our_times.push(timed_call(&mut ours).await);
            their_times.push(timed_call(&mut theirs).await);
        } else {
            their_times.push(timed_call(&mut theirs).await);
            our_times.push(timed_call(&mut ours).await);
        }
    }
    times
}

fn timed(work: &mut impl FnMut()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

pub(crate) async fn timed_call(work: &mut impl AsyncFnMut()) -> Duration {
    let start = Instant::now();
    work().await;
    start.elapsed()
}
