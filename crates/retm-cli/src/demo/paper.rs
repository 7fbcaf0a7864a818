//! What the demo writes on.

use std::io::{self, Write};

use crate::failure::plain;

/// Sections with a heading, and lines of a name and what is to be said of it.
pub(super) struct Paper<'a> {
    out: &'a mut (dyn Write + Send),
    section: usize,
}

impl<'a> Paper<'a> {
    pub(super) fn new(out: &'a mut (dyn Write + Send)) -> Self {
        Self { out, section: 0 }
    }

    pub(super) fn heading(&mut self, title: &str) -> io::Result<()> {
        self.section += 1;
        writeln!(self.out, "\n{}. {title}", self.section)?;
        // A person watches: each step shows when it starts.
        self.out.flush()
    }

    pub(super) fn fact(&mut self, name: &str, text: impl AsRef<str>) -> io::Result<()> {
        writeln!(self.out, "   {name:<16}  {}", plain(text.as_ref()))
    }

    pub(super) fn line(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "{text}")
    }

    pub(super) fn out(&mut self) -> &mut dyn Write {
        self.out
    }
}

/// Such as `1 page`, `3 categories`, `2 taxes`.
pub(super) fn count(number: usize, what: &str) -> String {
    let plural = match (number, what.strip_suffix('y')) {
        (1, _) => what.to_owned(),
        (_, Some(stem)) => format!("{stem}ies"),
        (_, None) if what.ends_with(['x', 'h']) => format!("{what}es"),
        (_, None) => format!("{what}s"),
    };
    format!("{number} {plural}")
}
