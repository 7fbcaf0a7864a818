//! The requests the sandbox has answered, for tests to read.

use std::collections::VecDeque;
use std::fmt;

use bytes::Bytes;

use crate::fault::FaultKind;

/// One request and how it was answered.
///
/// `Debug` shows neither the body nor any credential, and of the query the names alone.
#[derive(Clone)]
#[non_exhaustive]
pub struct LoggedRequest {
    /// Its number, from 1, in the order of arrival; `x-request-id` of the answer ends in it.
    pub n: u64,
    /// The HTTP method.
    pub method: String,
    /// The path as it was sent, with the prefix `/b/{business_id}` if it had one.
    pub path: String,
    /// The query without the question mark, as it was sent; empty when there was none.
    pub query: String,
    /// The operation of the spec it was taken for; `None` for an unknown route.
    pub operation_id: Option<String>,
    /// The business it was sent to; `None` when the path names one that does not exist.
    pub business: Option<String>,
    /// The status it was answered with; 0 as long as it has no answer, and for good when a fault took the answer.
    /// One that is answered late has its status from the moment it is carried out.
    pub status: u16,
    /// The fault that decided how it was answered; when none did, the first other one that struck it.
    pub fault: Option<FaultKind>,
    /// The request's headers, names in lower case. Of `authorization` only the scheme is kept, see
    /// [`bearer`](LoggedRequest::bearer).
    pub headers: Vec<(String, String)>,
    /// The request's body as received.
    pub body: Bytes,
    pub(crate) bearer: Option<String>,
}

impl LoggedRequest {
    /// The first header of this name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The access token the request carried, for tests that tell tokens apart.
    pub fn bearer(&self) -> Option<&str> {
        self.bearer.as_deref()
    }

    /// The query's parameters, decoded, in the order they were sent.
    pub fn query_pairs(&self) -> Vec<(String, String)> {
        form_urlencoded::parse(self.query.as_bytes())
            .into_owned()
            .collect()
    }

    /// The body as JSON; `None` when it is empty or is not JSON.
    pub fn json(&self) -> Option<serde_json::Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// The names in the query: a value may be a person's.
    fn query_names(&self) -> Vec<String> {
        let pairs = self.query_pairs().into_iter();
        pairs.map(|(name, _)| name).collect()
    }
}

impl fmt::Debug for LoggedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoggedRequest")
            .field("n", &self.n)
            .field("method", &self.method)
            .field("path", &self.path)
            .field("query", &self.query_names())
            .field("operation_id", &self.operation_id)
            .field("business", &self.business)
            .field("status", &self.status)
            .field("fault", &self.fault)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// The last requests, up to a limit.
#[derive(Debug)]
pub(crate) struct Log {
    entries: VecDeque<LoggedRequest>,
    limit: usize,
}

impl Log {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            entries: VecDeque::new(),
            limit,
        }
    }

    /// Keeps the entry; it is not made when nothing is kept.
    pub(crate) fn push_with(&mut self, entry: impl FnOnce() -> LoggedRequest) {
        if self.limit == 0 {
            return;
        }
        while self.entries.len() >= self.limit {
            self.entries.pop_front();
        }
        self.entries.push_back(entry());
    }

    /// Notes how the request of this number was answered.
    pub(crate) fn answered(&mut self, n: u64, status: u16) {
        if let Some(entry) = self.entry(n) {
            entry.status = status;
        }
    }

    /// Notes a fault that showed while the request was carried out.
    pub(crate) fn struck(&mut self, n: u64, fault: &FaultKind) {
        if let Some(entry) = self.entry(n) {
            entry.fault.get_or_insert_with(|| fault.clone());
        }
    }

    fn entry(&mut self, n: u64) -> Option<&mut LoggedRequest> {
        let place = self
            .entries
            .binary_search_by_key(&n, |entry| entry.n)
            .ok()?;
        self.entries.get_mut(place)
    }

    pub(crate) fn all(&self) -> Vec<LoggedRequest> {
        self.entries.iter().cloned().collect()
    }

    pub(crate) fn of(&self, operation_id: &str) -> Vec<LoggedRequest> {
        self.entries
            .iter()
            .filter(|entry| entry.operation_id.as_deref() == Some(operation_id))
            .cloned()
            .collect()
    }

    pub(crate) fn clear(&mut self) {
        self.entries.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(n: u64) -> LoggedRequest {
        LoggedRequest {
            n,
            method: "POST".to_owned(),
            path: "/api/oAuth/token".to_owned(),
            query: "page=2&q=a%20b".to_owned(),
            operation_id: Some("exchange_token".to_owned()),
            business: None,
            status: 200,
            fault: None,
            headers: vec![("authorization".to_owned(), "Bearer".to_owned())],
            body: Bytes::from_static(b"{\"client_secret\":\"hush\"}"),
            bearer: Some("top-secret-token".to_owned()),
        }
    }

    #[test]
    fn keeps_the_last_entries() {
        let mut log = Log::new(2);
        (1..=3).for_each(|n| log.push_with(|| entry(n)));
        let kept: Vec<u64> = log.all().iter().map(|entry| entry.n).collect();
        assert_eq!(kept, [2, 3]);
        assert!(log.of("list_orders").is_empty());
        log.clear();
        assert!(log.all().is_empty());
    }

    #[test]
    fn notes_what_became_of_a_request_that_is_still_kept() {
        let mut log = Log::new(2);
        (1..=3).for_each(|n| log.push_with(|| entry(n)));
        log.answered(1, 404);
        log.answered(3, 502);
        log.struck(3, &FaultKind::BadGateway);
        log.struck(3, &FaultKind::Reset);
        let kept: Vec<_> = log
            .all()
            .into_iter()
            .map(|entry| (entry.status, entry.fault))
            .collect();
        assert_eq!(kept, [(200, None), (502, Some(FaultKind::BadGateway))]);
    }

    #[test]
    fn debug_shows_no_secret() {
        let shown = format!("{:?}", entry(1));
        assert!(!shown.contains("hush"), "{shown}");
        assert!(!shown.contains("top-secret-token"), "{shown}");
        assert!(shown.contains(r#"query: ["page", "q"]"#), "{shown}");
        assert_eq!(entry(1).bearer(), Some("top-secret-token"));
        assert_eq!(entry(1).header("Authorization"), Some("Bearer"));
    }

    #[test]
    fn decodes_the_query() {
        assert_eq!(
            entry(1).query_pairs(),
            [
                ("page".to_owned(), "2".to_owned()),
                ("q".to_owned(), "a b".to_owned())
            ]
        );
    }
}
