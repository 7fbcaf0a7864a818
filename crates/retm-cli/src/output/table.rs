//! Tables for people.

use std::io::{self, Write};

use chrono::NaiveDate;
use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Width};

use super::cell::{cell, reach};
use crate::json::Json;
use crate::schema::Place;

/// A table with a heading for each column.
pub(crate) struct Table {
    table: comfy_table::Table,
    /// For each column the width of its longest id or time.
    whole: Vec<usize>,
}

impl Table {
    pub(crate) fn new(headings: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let mut table = Self::of_pairs();
        table.table.set_header(
            headings
                .into_iter()
                .map(|heading| heading.into().to_uppercase()),
        );
        table
    }

    /// A table without headings: a name and a value in each row.
    pub(crate) fn of_pairs() -> Self {
        let mut table = comfy_table::Table::new();
        table
            .load_style(NOTHING)
            .set_content_arrangement(ContentArrangement::Dynamic)
            .force_no_tty();
        Self {
            table,
            whole: Vec::new(),
        }
    }

    /// Breaks long cells so that no line is wider than this. The first column, ids and times are left whole, since they are
    /// there to be copied and compared: where these alone are wider, so is the line.
    pub(crate) fn fit(&mut self, width: Option<u16>) {
        // A terminal that does not know its width says 0.
        let Some(width) = width.filter(|width| *width > 0) else {
            return;
        };
        self.table.set_width(width);
        for (index, whole) in self.whole.iter().enumerate() {
            // A blank on either side belongs to the width.
            let whole = u16::try_from(whole + 2).unwrap_or(u16::MAX);
            if let Some(column) = self.table.column_mut(index) {
                column.set_constraint(match index {
                    0 => ColumnConstraint::ContentWidth,
                    _ => ColumnConstraint::LowerBoundary(Width::Fixed(whole)),
                });
            }
        }
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = impl Into<String>>) {
        let cells: Vec<String> = cells.into_iter().map(Into::into).collect();
        self.whole.resize(self.whole.len().max(cells.len()), 0);
        for (longest, cell) in self.whole.iter_mut().zip(&cells) {
            if is_id(cell) || is_time(cell) {
                *longest = (*longest).max(cell.len());
            }
        }
        self.table.add_row(cells);
    }

    /// Amounts and counts read best flush right.
    pub(crate) fn align_right(&mut self, column: usize) {
        if let Some(column) = self.table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }

    /// Writes the table; every line starts with `indent`.
    pub(crate) fn write(&self, indent: &str, out: &mut dyn Write) -> io::Result<()> {
        for line in self.table.lines() {
            // Every column has a blank on either side; the outermost ones are not wanted.
            let line = line.strip_prefix(' ').unwrap_or(&line);
            writeln!(out, "{indent}{}", line.trim_end())?;
        }
        Ok(())
    }
}

/// Returns `true` for one ASCII word with a digit in it, such as an id, a number or a code.
fn is_id(cell: &str) -> bool {
    let part = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte);
    cell.len() <= 64 && cell.bytes().all(part) && cell.bytes().any(|byte| byte.is_ascii_digit())
}

/// Returns `true` for a day with or without a time, such as `2025-12-17 19:26:35`.
fn is_time(cell: &str) -> bool {
    let day = cell.get(..10).map(str::parse::<NaiveDate>);
    cell.len() <= 35 && day.is_some_and(|day| day.is_ok())
}

/// The cells of a row, by the paths of the columns.
pub(super) fn cells(value: &Json, place: &Place, columns: &[impl AsRef<str>]) -> Vec<String> {
    columns
        .iter()
        .map(|column| {
            reach(value, place, column.as_ref())
                .map_or_else(String::new, |(value, place)| cell(value, &place))
        })
        .collect()
}

/// The heading of a column: the name of what it shows.
pub(super) fn heading(column: &str) -> String {
    let name = match column.split_once('/') {
        Some((outer, "name" | "title")) => outer,
        _ => column,
    };
    name.replace(['/', '_'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_times_are_left_whole() {
        let id = "01GZK6C7J03PQP7KGRAQ3F197Y";
        let time = "2025-12-17 19:26:35";
        let mut table = Table::new(["id", "name", "branch id", "created at"]);
        table.row([
            id,
            "A long name of many words that has to give way",
            id,
            time,
        ]);
        table.row([id, "Tea", "", ""]);
        table.fit(Some(90));
        let mut out = Vec::new();
        table.write("", &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text.matches(id).count(), 3, "{text}");
        assert!(text.contains(time), "{text}");
        assert!(text.lines().count() > 3, "the name is broken: {text}");
        assert!(
            text.lines().all(|line| line.chars().count() <= 90),
            "{text}"
        );
    }

    #[test]
    fn a_line_grows_before_an_id_is_broken() {
        let id = "01GZK6C7J03PQP7KGRAQ3F197Y";
        let mut table = Table::new(["id", "branch id"]);
        table.row([id, id]);
        table.fit(Some(30));
        let mut out = Vec::new();
        table.write("", &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text.matches(id).count(), 2, "{text}");
    }
}
