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
