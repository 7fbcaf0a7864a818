//! All items of a list, or those that came before it failed.

use std::fmt;

use futures::StreamExt;
use retm_types::{Broken, Problems};

use super::pages::Pages;
use super::resume::ResumeToken;
use crate::error::Error;

/// All items of a list.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Collected<T> {
    /// The elements that decoded.
    pub items: Vec<T>,
    /// The elements that did not decode, with their JSON.
    pub broken: Vec<Broken>,
    /// The members that did not fit and were left out of their elements. The pointers lead into the answer of the page.
    pub problems: Problems,
    /// How many pages were read.
    pub pages: usize,
}

/// A list that failed on its way, with what came before. Becomes the [`Error`] by `?`.
#[derive(Clone)]
#[non_exhaustive]
pub struct Interrupted<T> {
    /// What came.
    pub collected: Collected<T>,
    /// Why it went no further; [`Error::resume_token`] says where to go on.
    pub error: Error,
}

impl<T> Interrupted<T> {
    /// Where to go on, with [`List::resume`](crate::List::resume).
    pub fn resume_token(&self) -> Option<&ResumeToken> {
        self.error.resume_token()
    }
}

impl<T: Send + 'static> Collected<T> {
    pub(super) async fn of(mut pages: Pages<T>) -> Result<Self, Interrupted<T>> {
        let mut collected = Self {
            items: Vec::new(),
            broken: Vec::new(),
            problems: Problems::new(),
            pages: 0,
        };
        while let Some(page) = pages.next().await {
            match page {
                Ok(page) => {
                    let (items, broken, problems) = page.into_parts();
                    collected.items.extend(items);
                    collected.broken.extend(broken);
                    collected.problems.merge(problems);
                    collected.pages += 1;
                }
                Err(error) => return Err(Interrupted { collected, error }),
            }
        }
        Ok(collected)
    }
}

impl<T> From<Interrupted<T>> for Error {
    fn from(interrupted: Interrupted<T>) -> Self {
        interrupted.error
    }
}

impl<T> fmt::Display for Interrupted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl<T> fmt::Debug for Interrupted<T> {
    /// The error and how much came, not what.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Interrupted")
            .field("items", &self.collected.items.len())
            .field("pages", &self.collected.pages)
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}

impl<T> std::error::Error for Interrupted<T> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}
