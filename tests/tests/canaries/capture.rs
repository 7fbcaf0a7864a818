//! Everything that this process says while the scenario runs: what the watch hears, and what the
//! scenario shows.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Debug;
use std::sync::{Mutex, MutexGuard, PoisonError};

use retm_tests::watch;

use crate::canary;

/// What was said, and where.
static SAID: Mutex<Vec<(String, String)>> = Mutex::new(Vec::new());

fn said() -> MutexGuard<'static, Vec<(String, String)>> {
    SAID.lock().unwrap_or_else(PoisonError::into_inner)
}

fn put_down(source: String, text: String) {
    said().push((source, text));
}

/// Puts down a text that somebody may come to see; the watch dies of what it knows itself.
pub(crate) fn show(source: impl Into<String>, text: impl Into<String>) {
    let (source, text) = (source.into(), text.into());
    let leak = watch::leak(&text, watch::Hidden::All);
    assert!(leak.is_none(), "{source}: {leak:?}");
    put_down(source, text);
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

/// Begins to listen, for the whole process.
pub(crate) fn listen() {
    watch::also(|place, text| put_down(place, text.to_owned()));
    watch::begin();
}

/// None of these, which the sandbox has made up, was said.
#[track_caller]
pub(crate) fn assert_unsaid(secrets: &[String]) {
    let texts = by_source();
    for (source, text) in &texts {
        for secret in secrets {
            let place = watch::found(text, secret);
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
    let texts = by_source();
    let mut leaks = Vec::new();
    for (source, text) in &texts {
        for canary in canary::all() {
            if let Some(place) = watch::found(text, canary) {
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
