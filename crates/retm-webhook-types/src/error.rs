//! What went wrong with a body, without a word of what was in it.

use std::fmt;

use crate::invalid_reply::InvalidReply;

/// A body that does not parse.
///
/// `Display` and `Debug` name the schema, the path of the member and the line, and say what to do; they never show a
/// value of the body, because it may be a customer's. The body itself is reachable through [`raw`](Self::raw).
///
/// There is no `source()`: the JSON library's own message would quote values.
#[derive(Clone, PartialEq)]
pub struct ParseError(Box<Details>);

#[derive(Clone, PartialEq)]
struct Details {
    schema: &'static str,
    kind: ParseErrorKind,
    path: Option<String>,
    reason: String,
    position: Option<(usize, usize)>,
    raw: Vec<u8>,
}

/// The kinds of [`ParseError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ParseErrorKind {
    /// There is no body, or only white space.
    Empty,
    /// The body ends in the middle of the JSON.
    Truncated,
    /// The body is not JSON.
    NotJson,
    /// The body is JSON, but not an object.
    NotAnObject,
    /// The body carries no `event`, so it is no webhook that [`WebhookEvent`](crate::WebhookEvent) covers.
    NoEvent,
    /// A member is missing, is there twice or holds what it should not; [`ParseError::path`] names it.
    Member,
    /// A loyalty reply came with a status that is neither 2xx nor 400.
    Status,
}

impl ParseError {
    pub(crate) fn new(
        schema: &'static str,
        kind: ParseErrorKind,
        reason: impl Into<String>,
        raw: &[u8],
    ) -> Self {
        Self(Box::new(Details {
            schema,
            kind,
            path: None,
            reason: reason.into(),
            position: None,
            raw: raw.to_vec(),
        }))
    }

    pub(crate) fn member(
        schema: &'static str,
        path: impl Into<String>,
        reason: impl Into<String>,
        raw: &[u8],
    ) -> Self {
        let mut error = Self::new(schema, ParseErrorKind::Member, reason, raw);
        error.0.path = Some(path.into()).filter(|path| !path.is_empty());
        error
    }

    pub(crate) fn missing(schema: &'static str, path: &str, raw: &[u8]) -> Self {
        Self::member(schema, path, "missing", raw)
    }

    pub(crate) fn invalid(schema: &'static str, error: InvalidReply, raw: &[u8]) -> Self {
        Self::member(schema, error.member(), error.rule(), raw)
    }

    pub(crate) fn on_line(mut self, line: usize, column: usize) -> Self {
        self.0.position = (line > 0).then_some((line, column));
        self
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> ParseErrorKind {
        self.0.kind
    }

    /// The schema that the body was read as, such as `CustomerWebhook`.
    pub fn schema(&self) -> &'static str {
        self.0.schema
    }

    /// The path of the member at fault, such as `customer.id` or `products[0].quantity`.
    pub fn path(&self) -> Option<&str> {
        self.0.path.as_deref()
    }

    /// What is wrong, without the path and without advice.
    pub fn reason(&self) -> &str {
        &self.0.reason
    }

    /// Line and column of the fault in the body, both from 1, where they are known.
    pub fn position(&self) -> Option<(usize, usize)> {
        self.0.position
    }

    /// The body as it was given. It may hold a customer's data: do not log it.
    pub fn raw(&self) -> &[u8] {
        &self.0.raw
    }

    /// The body as it was given, by value. It may hold a customer's data: do not log it.
    pub fn into_raw(self) -> Vec<u8> {
        self.0.raw
    }

    /// What to do about it.
    pub fn advice(&self) -> &'static str {
        match self.0.kind {
            ParseErrorKind::Empty => {
                "Pass the body as it was received, and check that nothing before the parser has read it already."
            }
            ParseErrorKind::Truncated => {
                "Check the limits on the size of a body in the server and in the proxies before it; RETM delivers again after an answer other than 2xx."
            }
            ParseErrorKind::NotJson => {
                "Pass the body as it was received (not decoded, not compressed), and check who sent it: RETM sends application/json."
            }
            ParseErrorKind::NotAnObject => {
                "Every payload of RETM is one JSON object; check who sent this one."
            }
            ParseErrorKind::NoEvent => {
                "Only invoice, order, menu and customer webhooks carry one. The others are told apart by the route they come in on: use CheckReward::parse, RedeemReward::parse, InstallCallback::parse or ErrorNotice::parse on theirs."
            }
            ParseErrorKind::Member => {
                "Keep the body (ParseError::raw) and compare it with the JSON Schema of that name: either the sender is wrong or the format has changed."
            }
            ParseErrorKind::Status => "Grant a reward with 200 and refuse it with 400.",
        }
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Details {
            schema,
            path,
            reason,
            position,
            ..
        } = &*self.0;
        write!(f, "{schema}: ")?;
        if let Some(path) = path {
            write!(f, "`{path}`: ")?;
        }
        f.write_str(reason)?;
        if let Some((line, column)) = position {
            write!(f, " (line {line}, column {column})")?;
        }
        write!(f, ". {}", self.advice())
    }
}

impl fmt::Debug for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ParseError")
            .field("schema", &self.0.schema)
            .field("kind", &self.0.kind)
            .field("path", &self.0.path)
            .field("reason", &self.0.reason)
            .field("position", &self.0.position)
            .field("raw", &format_args!("[{} bytes]", self.0.raw.len()))
            .finish()
    }
}

impl std::error::Error for ParseError {}
