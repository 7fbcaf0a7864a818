//! Tables for people.

use std::io::{self, Write};

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement};

use super::cell::{cell, reach};
use crate::json::Json;
use crate::schema::Place;

/// A table with a heading for each column.
pub(crate) struct Table(comfy_table::Table);

impl Table {
    pub(crate) fn new(headings: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let mut table = Self::of_pairs();
        table.0.set_header(
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
        Self(table)
    }

    /// Breaks long cells so that no line is wider than this. The first column is left whole: an id
    /// is there to be copied.
    pub(crate) fn fit(&mut self, width: Option<u16>) {
        // A terminal that does not know its width says 0.
        let Some(width) = width.filter(|width| *width > 0) else {
            return;
        };
        self.0.set_width(width);
        if let Some(first) = self.0.column_mut(0) {
            first.set_constraint(ColumnConstraint::ContentWidth);
        }
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = impl Into<String>>) {
        self.0.add_row(cells.into_iter().map(Into::<String>::into));
    }

    /// Amounts and counts read best flush right.
    pub(crate) fn align_right(&mut self, column: usize) {
        if let Some(column) = self.0.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }

    /// Writes the table; every line starts with `indent`.
    pub(crate) fn write(&self, indent: &str, out: &mut dyn Write) -> io::Result<()> {
        for line in self.0.lines() {
            // Every column has a blank on either side; the outermost ones are not wanted.
            let line = line.strip_prefix(' ').unwrap_or(&line);
            writeln!(out, "{indent}{}", line.trim_end())?;
        }
        Ok(())
    }
}

/// The cells of a row, by the paths of the columns.
pub(super) fn cells(value: &Json, place: &Place, columns: &[&str]) -> Vec<String> {
    columns
        .iter()
        .map(|column| {
            reach(value, place, column)
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
