//! CSV: one column per member of the schema, nested values as JSON.

use std::io::{self, Write};

use crate::json::Json;
use crate::schema::Place;

/// The columns: the members of the schema, then those that only the value has (a reply may have any).
pub(super) fn columns(place: &Place, value: Option<&Json>) -> Vec<String> {
    let mut columns: Vec<String> = place
        .member_names()
        .into_iter()
        .map(str::to_owned)
        .collect();
    for (key, _) in value.map(Json::members).unwrap_or_default() {
        if !columns.contains(key) {
            columns.push(key.clone());
        }
    }
    if columns.is_empty() {
        columns.push("value".to_owned());
    }
    columns
}

/// Writes the names of the columns.
pub(super) fn write_header(columns: &[String], out: &mut dyn Write) -> io::Result<()> {
    write_row(columns.iter().map(String::as_str), out)
}

/// Writes values, one a line.
pub(super) fn write_rows(
    columns: &[String],
    values: &[Json],
    out: &mut dyn Write,
) -> io::Result<()> {
    for value in values {
        let fields: Vec<String> = match value {
            Json::Object(_) => columns
                .iter()
                .map(|column| value.get(column).map(field).unwrap_or_default())
                .collect(),
            other => {
                let mut fields = vec![String::new(); columns.len()];
                if let Some(first) = fields.first_mut() {
                    *first = field(other);
                }
                fields
            }
        };
        write_row(fields.iter().map(String::as_str), out)?;
    }
    Ok(())
}

fn write_row<'a>(fields: impl Iterator<Item = &'a str>, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::WriterBuilder::new()
        .buffer_capacity(1024)
        .from_writer(out);
    writer.write_record(fields)?;
    writer.flush()
}

fn field(value: &Json) -> String {
    match value {
        Json::Null => String::new(),
        Json::Text(text) => text.clone(),
        other => other.compact(),
    }
}
