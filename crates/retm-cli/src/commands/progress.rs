//! How far long work is, for the person at the terminal.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use retm::Page;

use crate::failure::plain;

/// Shows on standard error, and only where that is a terminal.
pub(crate) struct Progress(Option<ProgressBar>);

impl Progress {
    pub(crate) fn new(terminal: bool) -> Self {
        Self(terminal.then(|| {
            let bar = ProgressBar::no_length();
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        }))
    }

    /// Counts a page.
    pub(crate) fn page<T>(&self, page: &Page<T>) {
        let Some(bar) = &self.0 else { return };
        if bar.length().is_none() {
            let total = page.pagination().and_then(retm::types::Pagination::total);
            if let (Some(total), Ok(style)) = (
                total,
                ProgressStyle::with_template("{pos} of {len} {wide_bar} {eta}"),
            ) {
                bar.set_style(style);
                bar.set_length(total);
            }
        }
        bar.inc(u64::try_from(page.len()).unwrap_or_default());
    }

    /// Shows what is being done; nothing in it steers the terminal.
    pub(crate) fn message(&self, text: String) {
        if let Some(bar) = &self.0 {
            if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
                bar.set_style(style);
            }
            bar.set_message(plain(&text).into_owned());
        }
    }

    /// How much of a known whole is done.
    pub(crate) fn reached(&self, done: u64, total: u64) {
        let Some(bar) = &self.0 else { return };
        if bar.length().is_none()
            && let Ok(style) = ProgressStyle::with_template("{pos} of {len} {wide_bar} {eta}")
        {
            bar.set_style(style);
            bar.set_length(total);
        }
        bar.set_position(done);
    }

    /// Does something that writes to the terminal.
    pub(crate) fn suspended<R>(&self, write: impl FnOnce() -> R) -> R {
        match &self.0 {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    pub(crate) fn done(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.done();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_does_not_steer_the_terminal() {
        let progress = Progress(Some(ProgressBar::hidden()));
        progress.message("waiting for A\x1b]0;x\x07-1\n".to_owned());
        let shown = progress.0.as_ref().unwrap().message();
        assert_eq!(shown, "waiting for A\\u{1b}]0;x\\u{7}-1\\n");
    }
}
