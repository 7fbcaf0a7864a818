//! Writing a list page by page, without holding more than a page (but for a table, whose columns need all rows).

use std::io::{self, Write};

use super::record::Record;
use super::table::{Table, cells, heading};
use super::{Look, csv};
use crate::args::Format;
use crate::json::Json;
use crate::schema::Place;

/// Writes the pages of one list.
pub(crate) struct ListPrinter {
    place: Place,
    columns: &'static [&'static str],
    form: Form,
    width: Option<u16>,
    written: usize,
}

enum Form {
    Table(Vec<Vec<String>>),
    Json,
    Ndjson,
    Csv(Vec<String>),
}

impl ListPrinter {
    pub(crate) fn new<T: Record>(look: Look) -> Self {
        let place = Place::of(T::SCHEMA).unwrap_or_default();
        let form = match look.format {
            Format::Table => Form::Table(Vec::new()),
            Format::Json => Form::Json,
            Format::Ndjson => Form::Ndjson,
            Format::Csv => Form::Csv(csv::columns(&place, None)),
        };
        Self {
            place,
            columns: T::COLUMNS,
            form,
            width: look.width,
            written: 0,
        }
    }

    /// For what the spec does not know: rows with these members.
    pub(crate) fn of_columns(look: Look, columns: &'static [&'static str]) -> Self {
        let form = match look.format {
            Format::Table => Form::Table(Vec::new()),
            Format::Json => Form::Json,
            Format::Ndjson => Form::Ndjson,
            Format::Csv => Form::Csv(columns.iter().map(|column| (*column).to_owned()).collect()),
        };
        Self {
            place: Place::default(),
            columns,
            form,
            width: look.width,
            written: 0,
        }
    }

    /// What the spec says of an element.
    pub(crate) fn place(&self) -> &Place {
        &self.place
    }

    pub(crate) fn page(&mut self, items: &[Json], out: &mut dyn Write) -> io::Result<()> {
        match &mut self.form {
            Form::Table(rows) => rows.extend(
                items
                    .iter()
                    .map(|item| cells(item, &self.place, self.columns)),
            ),
            Form::Json => {
                for (index, item) in items.iter().enumerate() {
                    let first = self.written == 0 && index == 0;
                    out.write_all(if first { b"[\n  " } else { b",\n  " })?;
                    item.write_pretty(out, 1)?;
                }
            }
            Form::Ndjson => {
                for item in items {
                    item.write_compact(out)?;
                    out.write_all(b"\n")?;
                }
            }
            Form::Csv(columns) => {
                if self.written == 0 && !items.is_empty() {
                    csv::write_header(columns, out)?;
                }
                csv::write_rows(columns, items, out)?;
            }
        }
        self.written += items.len();
        Ok(())
    }

    /// Writes what comes after the last page. A list that failed half-way is not finished: an array that is left open
    /// is not taken for the whole list.
    pub(crate) fn finish(self, out: &mut dyn Write) -> io::Result<()> {
        match self.form {
            Form::Table(rows) if rows.is_empty() => writeln!(out, "(none)"),
            Form::Table(rows) => {
                let mut table = Table::new(self.columns.iter().map(|column| heading(column)));
                for (index, column) in self.columns.iter().enumerate() {
                    if ["price", "value", "total_price", "tax"].contains(column) {
                        table.align_right(index);
                    }
                }
                rows.into_iter().for_each(|row| table.row(row));
                table.fit(self.width);
                table.write("", out)
            }
            Form::Json if self.written == 0 => out.write_all(b"[]\n"),
            Form::Json => out.write_all(b"\n]\n"),
            Form::Csv(columns) if self.written == 0 => csv::write_header(&columns, out),
            Form::Csv(_) | Form::Ndjson => Ok(()),
        }
    }
}
