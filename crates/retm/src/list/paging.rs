//! What a request of a list asks for, and where in the list that is.

use std::fmt;

/// Which page to ask for.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Paging {
    /// Its number; not sent where there is a query.
    pub(crate) page: Option<u64>,
    pub(crate) per_page: Option<u64>,
    /// What the server asks for in place of a number: a cursor, or the query of its link to the next page.
    pub(crate) query: Vec<(String, String)>,
}

impl Paging {
    /// The number of the page that is sent.
    pub(crate) fn sent_page(&self) -> Option<u64> {
        self.page.filter(|_| self.query.is_empty())
    }
}

impl fmt::Debug for Paging {
    /// A cursor may hold anything: the names alone.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.query.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("Paging")
            .field("page", &self.page)
            .field("per_page", &self.per_page)
            .field("query", &names)
            .finish()
    }
}

/// A place in a list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Position {
    pub(crate) paging: Paging,
    /// How many elements of the page were taken already.
    pub(crate) taken: u64,
    /// How many elements came before the page; `None` if the list was not read from its start.
    pub(crate) came: Option<u64>,
    /// Whether the server counts its pages from 0.
    pub(crate) from_zero: bool,
    /// Whether it lies behind a page that was read, by this walk or by the one whose token it is of.
    pub(crate) is_behind: bool,
    /// Whether the server said that this page exists.
    pub(crate) announced: bool,
}

impl Position {
    /// The start of a list.
    pub(crate) fn start(per_page: Option<u64>) -> Self {
        Self {
            paging: Paging {
                per_page,
                ..Paging::default()
            },
            taken: 0,
            came: Some(0),
            from_zero: false,
            is_behind: false,
            announced: false,
        }
    }

    /// A page that the caller names.
    pub(crate) fn at(page: u64, per_page: Option<u64>) -> Self {
        let mut position = Self::start(per_page);
        position.paging.page = Some(page);
        position.came = None;
        position
    }

    /// The number of the page, as the server counts them.
    pub(crate) fn number(&self) -> u64 {
        let first = u64::from(!self.from_zero);
        self.paging.page.unwrap_or(first)
    }
}
