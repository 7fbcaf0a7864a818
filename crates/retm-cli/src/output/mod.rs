//! How answers are written: as a table, JSON, a JSON value a line, or CSV.

mod cell;
mod csv;
mod list;
mod one;
mod record;
mod table;

pub(crate) use list::ListPrinter;
pub(crate) use one::print_one;
pub(crate) use record::Record;
pub(crate) use table::Table;

use crate::args::Format;

/// How an answer is to look.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    pub(crate) format: Format,
    /// How wide a table may be, where there is a limit.
    pub(crate) width: Option<u16>,
}
