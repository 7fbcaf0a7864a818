//! Says by the way of its first argument what the environment tells it, for the test of the watch that is to hear
//! it.

#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::panic)]

use retm_tests::until;
use retm_tests::watch::{self, Kind, Recording};

/// What is to be said.
const WHAT: &str = "RETM_TESTS_SAYS_WHAT";

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let how = std::env::args().nth(1).unwrap_or_default();
    let what = std::env::var(WHAT).unwrap();
    watch::begin();
    match how.as_str() {
        "span" => drop(tracing::trace_span!(target: "says", "said", what)),
        "record" => {
            let span = tracing::trace_span!("said", what = tracing::field::Empty);
            span.record("what", &what);
        }
        "event" => tracing::trace!(target: "says", %what),
        "log" => log::trace!(target: "says", "{what}"),
        "metric" => metrics::counter!("said", "what" => what).increment(1),
        "described" => metrics::describe_gauge!("said", what),
        "local" => metrics::with_local_recorder(&Recording(metrics::NoopRecorder), || {
            metrics::histogram!("said", "what" => what).record(1.0);
        }),
        "panic" => {
            let _ = std::panic::catch_unwind(|| panic!("{what}"));
        }
        "task" => {
            let _ = tokio::spawn(async move { panic!("{what}") }).await;
        }
        "error" => watch::error(&std::io::Error::other(what)),
        "output" => watch::written("a line", &what, ""),
        "child" => {
            let mut child = tokio::process::Command::new("sh")
                .args(["-c", &format!("printf %s \"${WHAT}\" >&2")])
                .stderr(std::process::Stdio::piped())
                .spawn()
                .unwrap();
            watch::child("a child", &mut child);
            child.wait().await.unwrap();
            until(|| watch::heard(Kind::Output) > 0).await;
        }
        "arguments" => watch::arguments("this process", std::process::id()),
        "store" => {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("retm.db");
            std::fs::write(&file, "").unwrap();
            std::fs::write(folder.path().join("retm.db-wal"), what).unwrap();
            let url = format!("sqlite:{}", file.display());
            watch::store(&url).await.unwrap();
        }
        other => panic!("there is no way {other}"),
    }
    println!("said by {how}");
}
