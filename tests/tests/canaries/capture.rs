//! Everything that this process says while the scenario runs: spans, events, records of the `log`
//! facade, panics, and what the scenario shows.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::{self, Debug, Write as _};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use metrics_util::debugging::{DebuggingRecorder, Snapshotter};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

use crate::canary;

/// What was said, and where.
static SAID: Mutex<Vec<(String, String)>> = Mutex::new(Vec::new());
static METRICS: OnceLock<Snapshotter> = OnceLock::new();

fn said() -> MutexGuard<'static, Vec<(String, String)>> {
    SAID.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Puts down a text that somebody may come to see.
pub(crate) fn show(source: impl Into<String>, text: impl Into<String>) {
    said().push((source.into(), text.into()));
}

/// Puts down both `Debug`s of a public value.
pub(crate) fn debug(name: &str, value: &dyn Debug) {
    show(format!("Debug of {name}"), format!("{value:?}\n{value:#?}"));
}

/// Puts down an error with all its causes.
pub(crate) fn error(name: &str, error: &(dyn Error + 'static)) {
    let mut cause = Some(error);
    let mut depth = 0;
    while let Some(error) = cause {
        let text = format!("{error}\n{error:#}\n{error:?}\n{error:#?}");
        show(format!("cause {depth} of {name}"), text);
        cause = error.source();
        depth += 1;
    }
}

/// What a call ended with, which has to be a failure.
#[track_caller]
pub(crate) fn failed<T: Debug, E: Error + Clone + 'static>(name: &str, result: Result<T, E>) -> E {
    let failure = result.expect_err(name);
    error(name, &failure);
    failure
}

/// What a call ended with, which has to be a success.
#[track_caller]
pub(crate) fn good<T: Debug, E: Error + 'static>(name: &str, result: Result<T, E>) -> T {
    let value = result.unwrap_or_else(|error| panic!("{name}: {error}"));
    debug(name, &value);
    value
}

/// Writes down every field of spans and events, of every crate, at every level.
struct Everything;

#[derive(Default)]
struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let _ = write!(self.0, " {field}={value:?}");
    }
}

fn put_down(what: &str, metadata: &Metadata<'_>, fields: Fields) {
    let source = format!("{what} of {}", metadata.target());
    show(source, format!("{} {}", metadata.name(), fields.0));
}

impl<S: Subscriber> Layer<S> for Everything {
    fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        put_down("span", attributes.metadata(), fields);
    }

    fn on_record(&self, _: &Id, values: &Record<'_>, _: Context<'_, S>) {
        let mut fields = Fields::default();
        values.record(&mut fields);
        show("record of a span", fields.0);
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        put_down("event", event.metadata(), fields);
    }
}

/// The facade that reqwest and rustls log through.
struct Facade;

impl log::Log for Facade {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let source = format!("log of {}", record.target());
        show(source, fmt::format(*record.args()));
    }

    fn flush(&self) {}
}

/// Begins to listen, for the whole process.
pub(crate) fn listen() {
    let subscriber = tracing_subscriber::registry().with(Everything);
    tracing::subscriber::set_global_default(subscriber).unwrap();
    log::set_logger(&Facade).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    let recorder = DebuggingRecorder::new();
    let _ = METRICS.set(recorder.snapshotter());
    metrics::set_global_recorder(recorder).unwrap();
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        show("panic", info.to_string());
        usual(info);
    }));
}

/// The metrics with their labels and descriptions.
fn metrics() -> String {
    let mut text = String::new();
    let snapshot = METRICS.get().unwrap().snapshot().into_vec();
    for (key, unit, description, _) in snapshot {
        let _ = writeln!(text, "{:?} {unit:?} {description:?}", key.key());
    }
    text
}

/// None of these, which the sandbox has made up, was said.
#[track_caller]
pub(crate) fn assert_unsaid(secrets: &[String]) {
    let texts = by_source();
    for (source, text) in &texts {
        for secret in secrets {
            let place = canary::found(text, secret);
            assert!(
                place.is_none(),
                "a secret of the sandbox in {source}, {place:?}"
            );
        }
    }
}

/// One text for each place, so that each canary is looked for in few texts.
fn by_source() -> BTreeMap<String, String> {
    let mut texts = BTreeMap::<String, String>::new();
    for (source, said) in said().iter() {
        let text = texts.entry(source.clone()).or_default();
        text.push_str(said);
        text.push('\n');
    }
    texts
}

/// No canary came out anywhere. Gives the names of the places that were searched.
#[track_caller]
pub(crate) fn assert_silent() -> BTreeSet<String> {
    let metrics = metrics();
    assert!(metrics.contains("retm_calls_total"), "{metrics}");
    show("metrics", metrics);
    let texts = by_source();
    let mut leaks = Vec::new();
    for (source, text) in &texts {
        for canary in canary::all() {
            if let Some(place) = canary::found(text, canary) {
                leaks.push(format!("{canary} in {source}, {place}"));
            }
        }
    }
    assert!(
        leaks.is_empty(),
        "{} leaks:\n{}",
        leaks.len(),
        leaks.join("\n")
    );
    texts.into_keys().collect()
}
