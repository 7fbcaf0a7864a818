//! Options of one call.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::header::{HeaderMap, HeaderName, HeaderValue};

use crate::error::{Error, ErrorKind};
use crate::retry::{Backoff, RetryPolicy};

/// What one call has otherwise than its client. A plain call carries nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct CallOptions {
    /// How long the call may take with its token and all its attempts.
    pub(crate) deadline: Option<Duration>,
    /// How long one attempt may take.
    pub(crate) attempt_timeout: Option<Duration>,
    rare: Option<Arc<Rare>>,
}

/// What few calls have.
#[derive(Clone, Default)]
struct Rare {
    retry: Option<Arc<dyn RetryPolicy>>,
    backoff: Option<Arc<dyn Backoff>>,
    headers: HeaderMap,
    /// What is wrong with a header; said when the call is sent.
    wrong: Option<String>,
}

impl CallOptions {
    fn rare(&mut self) -> &mut Rare {
        Arc::make_mut(self.rare.get_or_insert_default())
    }

    pub(crate) fn set_retry(&mut self, policy: Arc<dyn RetryPolicy>) {
        self.rare().retry = Some(policy);
    }

    pub(crate) fn set_backoff(&mut self, backoff: Arc<dyn Backoff>) {
        self.rare().backoff = Some(backoff);
    }

    /// Keeps a header, or what is wrong with it: never its value, which may be a secret.
    pub(crate) fn set_header(&mut self, name: &str, value: &str) {
        match header(name, value) {
            Ok((name, value)) => {
                self.rare().headers.insert(name, value);
            }
            Err(why) => {
                self.rare().wrong.get_or_insert(why);
            }
        }
    }

    pub(crate) fn retry(&self) -> Option<&dyn RetryPolicy> {
        self.rare.as_ref()?.retry.as_deref()
    }

    pub(crate) fn backoff(&self) -> Option<&dyn Backoff> {
        self.rare.as_ref()?.backoff.as_deref()
    }

    /// Puts the headers of the call into its request.
    pub(crate) fn apply(&self, headers: &mut HeaderMap) -> Result<(), Error> {
        let Some(rare) = &self.rare else {
            return Ok(());
        };
        if let Some(wrong) = &rare.wrong {
            return Err(Error::new(ErrorKind::InvalidRequest).with_detail(wrong.clone()));
        }
        for (name, value) in &rare.headers {
            headers.insert(name, value.clone());
        }
        Ok(())
    }
}

impl fmt::Debug for Rare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers: Vec<&HeaderName> = self.headers.keys().collect();
        f.debug_struct("Rare")
            .field("headers", &headers)
            .finish_non_exhaustive()
    }
}

/// What the client, or the connection, sets itself.
const RESERVED: [&str; 10] = [
    "authorization",
    "connection",
    "content-length",
    "content-type",
    "expect",
    "host",
    "proxy-authorization",
    "te",
    "transfer-encoding",
    "upgrade",
];

fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), String> {
    let shown: String = name.chars().take(64).collect();
    let Ok(name) = HeaderName::try_from(name) else {
        return Err(format!("{shown:?} is not the name of a header"));
    };
    if RESERVED.contains(&name.as_str()) {
        return Err(format!("the client sets the header {name} itself"));
    }
    let Ok(mut value) = HeaderValue::try_from(value) else {
        return Err(format!(
            "the value of the header {name} holds characters that no header can carry"
        ));
    };
    value.set_sensitive(true);
    Ok((name, value))
}

impl CallOptions {
    /// The options of a call that may take so long.
    pub(crate) fn within(deadline: Duration) -> Self {
        Self {
            deadline: Some(deadline),
            ..Self::default()
        }
    }
}

/// The functions that set a call's options, for every type that has them in `self.options`.
macro_rules! call_options {
    () => {
        /// How long this call may take with its token and all its attempts, in place of the client's
        /// [`overall_timeout`](crate::Builder::overall_timeout).
        pub fn with_deadline(mut self, deadline: std::time::Duration) -> Self {
            self.options.deadline = Some(deadline);
            self
        }

        /// How long to wait for the answer to one attempt, in place of the client's
        /// [`attempt_timeout`](crate::Builder::attempt_timeout).
        pub fn with_attempt_timeout(mut self, timeout: std::time::Duration) -> Self {
            self.options.attempt_timeout = Some(timeout);
            self
        }

        /// Which failures of this call are followed by another attempt, in place of the client's
        /// [`retry_policy`](crate::Builder::retry_policy). Its token is asked for by the client's.
        pub fn with_retry(mut self, policy: impl crate::RetryPolicy) -> Self {
            self.options.set_retry(std::sync::Arc::new(policy));
            self
        }

        /// Sends this call once, whatever becomes of it (after a 401 still once more with a fresh
        /// token: the first took no effect).
        pub fn without_retry(self) -> Self {
            self.with_retry(crate::NeverRetry)
        }

        /// How long this call waits between its attempts, in place of the client's
        /// [`backoff`](crate::Builder::backoff).
        pub fn with_backoff(mut self, backoff: impl crate::Backoff) -> Self {
            self.options.set_backoff(std::sync::Arc::new(backoff));
            self
        }

        /// Sends a header with every attempt of this call. The value is never shown. A name or value
        /// that no header can have, and a header that the client sets itself, such as
        /// `authorization`, make the call fail with
        /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) before anything is sent.
        pub fn with_header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
            self.options.set_header(name.as_ref(), value.as_ref());
            self
        }
    };
}

pub(crate) use call_options;

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(name: &str, value: &str) -> String {
        let mut options = CallOptions::default();
        options.set_header("x-fine", "yes");
        options.set_header(name, value);
        let mut headers = HeaderMap::new();
        let error = options.apply(&mut headers).unwrap_err();
        assert!(headers.is_empty());
        error.to_string()
    }

    #[test]
    fn a_header_that_cannot_be_sent_is_refused_without_its_value() {
        insta::assert_snapshot!(wrong("x y", "hush"), @r#"bad request: "x y" is not the name of a header. Correct the argument; nothing was sent."#);
        insta::assert_snapshot!(wrong("x-note", "hu\nsh"), @"bad request: the value of the header x-note holds characters that no header can carry. Correct the argument; nothing was sent.");
        insta::assert_snapshot!(wrong("Authorization", "Bearer hush"), @"bad request: the client sets the header authorization itself. Correct the argument; nothing was sent.");
        for name in RESERVED {
            assert!(!wrong(name, "hush").contains("hush"), "{name}");
        }
    }

    #[test]
    fn neither_debug_shows_a_value() {
        let mut options = CallOptions::default();
        options.set_header("X-Trace", "hush");
        let mut headers = HeaderMap::new();
        options.apply(&mut headers).unwrap();
        assert_eq!(headers["x-trace"], "hush");
        let shown = format!("{options:?} {headers:?}");
        assert!(
            shown.contains("x-trace") && !shown.contains("hush"),
            "{shown}"
        );
    }
}
