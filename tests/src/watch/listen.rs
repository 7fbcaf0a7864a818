//! Spans, events, records of the `log` facade, metrics and panics of the whole process.

use std::fmt::{self, Debug, Write as _};
use std::sync::Once;

use metrics::{
    Counter, Gauge, Histogram, Key, KeyName, NoopRecorder, Recorder, SharedString, Unit,
};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

use super::{Hidden, Kind, said};

/// Begins to watch, for the whole process; a second time it does nothing. Every helper through which
/// a test comes to a client does it.
///
/// # Panics
///
/// Where somebody else listens already: a watch that hears nothing would prove nothing.
pub fn begin() {
    static BEGUN: Once = Once::new();
    BEGUN.call_once(|| {
        let subscriber = tracing_subscriber::registry().with(Listening);
        let listens = tracing::subscriber::set_global_default(subscriber).is_ok();
        assert!(listens, "a subscriber was there before the watch");
        let listens = log::set_logger(&Facade).is_ok();
        assert!(listens, "a logger was there before the watch");
        log::set_max_level(log::LevelFilter::Trace);
        let listens = metrics::set_global_recorder(Recording(NoopRecorder)).is_ok();
        assert!(listens, "a recorder of metrics was there before the watch");
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            usual(info);
            said(Kind::Panic, "this process", &info.to_string(), Hidden::All);
        }));
    });
}

/// The layer that searches spans and events, for a subscriber of a test's own: of what is within the scope of that one
/// the watch's own hears nothing.
#[derive(Clone, Copy, Debug)]
pub struct Listening;

#[derive(Default)]
struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let _ = write!(self.0, " {field}={value:?}");
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        let _ = write!(self.0, " {field}={value}");
    }
}

fn search(kind: Kind, metadata: Option<&Metadata<'_>>, record: impl FnOnce(&mut Fields)) {
    let mut fields = Fields::default();
    if let Some(metadata) = metadata {
        fields.0.push_str(metadata.name());
    }
    record(&mut fields);
    let target = metadata.map_or("a span", |metadata| metadata.target());
    said(kind, target, &fields.0, Hidden::All);
}

impl<S: Subscriber> Layer<S> for Listening {
    fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        search(Kind::Span, Some(attributes.metadata()), |fields| {
            attributes.record(fields);
        });
    }

    fn on_record(&self, _: &Id, values: &Record<'_>, _: Context<'_, S>) {
        search(Kind::Record, None, |fields| values.record(fields));
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        // A server for tests, which shows at TRACE what it got: it is no client of ours that says it.
        if event.metadata().target().starts_with("httpmock") {
            return;
        }
        search(Kind::Event, Some(event.metadata()), |fields| {
            event.record(fields);
        });
    }
}

/// The facade that reqwest and rustls log through.
struct Facade;

impl log::Log for Facade {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let text = fmt::format(*record.args());
        said(Kind::Log, record.target(), &text, Hidden::All);
    }

    fn flush(&self) {}
}

/// Searches names, labels and descriptions, and hands all on to another recorder.
#[derive(Debug)]
pub struct Recording<R>(pub R);

impl<R> Recording<R> {
    fn described(&self, name: &KeyName, text: &SharedString) {
        said(Kind::Metric, name.as_str(), text, Hidden::All);
    }

    fn registered(&self, key: &Key) {
        let mut text = key.name().to_owned();
        for label in key.labels() {
            let _ = write!(text, " {}={}", label.key(), label.value());
        }
        said(Kind::Metric, key.name(), &text, Hidden::All);
    }
}

impl<R: Recorder> Recorder for Recording<R> {
    fn describe_counter(&self, name: KeyName, unit: Option<Unit>, text: SharedString) {
        self.described(&name, &text);
        self.0.describe_counter(name, unit, text);
    }

    fn describe_gauge(&self, name: KeyName, unit: Option<Unit>, text: SharedString) {
        self.described(&name, &text);
        self.0.describe_gauge(name, unit, text);
    }

    fn describe_histogram(&self, name: KeyName, unit: Option<Unit>, text: SharedString) {
        self.described(&name, &text);
        self.0.describe_histogram(name, unit, text);
    }

    fn register_counter(&self, key: &Key, metadata: &metrics::Metadata<'_>) -> Counter {
        self.registered(key);
        self.0.register_counter(key, metadata)
    }

    fn register_gauge(&self, key: &Key, metadata: &metrics::Metadata<'_>) -> Gauge {
        self.registered(key);
        self.0.register_gauge(key, metadata)
    }

    fn register_histogram(&self, key: &Key, metadata: &metrics::Metadata<'_>) -> Histogram {
        self.registered(key);
        self.0.register_histogram(key, metadata)
    }
}
