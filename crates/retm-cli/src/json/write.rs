//! Writing JSON as it was read.

use std::io::{self, Write};

use super::Json;

impl Json {
    /// Writes it on one line.
    pub(crate) fn write_compact(&self, out: &mut dyn Write) -> io::Result<()> {
        self.write(out, None)
    }

    /// Writes it over several lines; every line but the first is indented by `indent` levels.
    pub(crate) fn write_pretty(&self, out: &mut dyn Write, indent: usize) -> io::Result<()> {
        self.write(out, Some(indent))
    }

    /// On one line, as a text.
    pub(crate) fn compact(&self) -> String {
        let mut out = Vec::new();
        // A Vec takes everything.
        let _ = self.write_compact(&mut out);
        String::from_utf8_lossy(&out).into_owned()
    }

    fn write(&self, out: &mut dyn Write, indent: Option<usize>) -> io::Result<()> {
        match self {
            Self::Null => out.write_all(b"null"),
            Self::Bool(true) => out.write_all(b"true"),
            Self::Bool(false) => out.write_all(b"false"),
            Self::Number(number) => out.write_all(number.as_bytes()),
            Self::Text(text) => write_text(text, out),
            Self::Array(elements) => list(out, indent, b"[]", elements, |element, out, indent| {
                element.write(out, indent)
            }),
            Self::Object(members) => {
                list(out, indent, b"{}", members, |(key, value), out, indent| {
                    write_text(key, out)?;
                    out.write_all(if indent.is_some() { b": " } else { b":" })?;
                    value.write(out, indent)
                })
            }
        }
    }
}

fn write_text(text: &str, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer(out, text).map_err(io::Error::from)
}

fn list<T>(
    out: &mut dyn Write,
    indent: Option<usize>,
    brackets: &[u8; 2],
    entries: &[T],
    entry: impl Fn(&T, &mut dyn Write, Option<usize>) -> io::Result<()>,
) -> io::Result<()> {
    let [open, close] = brackets;
    out.write_all(&[*open])?;
    let inside = indent.map(|indent| indent + 1);
    for (index, one) in entries.iter().enumerate() {
        if index > 0 {
            out.write_all(b",")?;
        }
        new_line(out, inside)?;
        entry(one, out, inside)?;
    }
    if !entries.is_empty() {
        new_line(out, indent)?;
    }
    out.write_all(&[*close])
}

fn new_line(out: &mut dyn Write, indent: Option<usize>) -> io::Result<()> {
    match indent {
        Some(indent) => write!(out, "\n{:1$}", "", indent * 2),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    pub(crate) fn any_json() -> impl Strategy<Value = Json> {
        let leaf = prop_oneof![
            Just(Json::Null),
            any::<bool>().prop_map(Json::Bool),
            any::<i64>().prop_map(|n| Json::Number(n.to_string())),
            "-?(0|[1-9][0-9]{0,20})\\.[0-9]{1,20}".prop_map(Json::Number),
            any::<String>().prop_map(Json::Text),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Json::Array),
                prop::collection::vec((any::<String>(), inner), 0..6).prop_map(Json::Object),
            ]
        })
    }

    proptest! {
        #[test]
        fn reads_back_what_it_writes(json in any_json()) {
            let mut pretty = Vec::new();
            json.write_pretty(&mut pretty, 0).unwrap();
            prop_assert_eq!(&Json::parse(&pretty).unwrap(), &json);
            prop_assert_eq!(&Json::parse(json.compact().as_bytes()).unwrap(), &json);
        }
    }

    #[test]
    fn pretty_as_people_expect_it() {
        let json = Json::parse(br#"{"a":[1.0,{}],"b":[],"c":{"d":"x"}}"#).unwrap();
        let mut out = Vec::new();
        json.write_pretty(&mut out, 0).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "{\n  \"a\": [\n    1.0,\n    {}\n  ],\n  \"b\": [],\n  \"c\": {\n    \"d\": \"x\"\n  }\n}"
        );
    }
}
