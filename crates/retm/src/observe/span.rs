//! Spans: one for a call, one for each attempt.

use http::StatusCode;
use tracing::field::Empty;
use tracing::{Span, info_span};

use super::metrics;
use super::plan::Plan;
use crate::business_id::BusinessId;
use crate::error::Error;
use crate::retry::Failure;

/// The span of a call.
pub(crate) fn call_span(plan: &'static Plan, business: &BusinessId) -> Span {
    info_span!(
        target: "retm",
        "retm.call",
        otel.name = plan.operation.id,
        otel.kind = "client",
        retm.operation = plan.operation.id,
        retm.business = business.as_str(),
        retm.attempts = Empty,
        error.type = Empty,
        otel.status_code = Empty,
    )
}

/// Puts down how a call ended.
pub(crate) fn end_call(span: &Span, attempts: u32, result: Result<(), &Error>) {
    span.record("retm.attempts", attempts);
    if let Err(error) = result {
        span.record("error.type", error.kind().as_str());
        span.record("otel.status_code", "ERROR");
    }
}

/// One attempt that is being made.
pub(crate) struct Attempt {
    plan: &'static Plan,
    span: Span,
}

impl Attempt {
    /// The template stands for the path, whose ids are nobody's business.
    pub(crate) fn new(
        plan: &'static Plan,
        template: &str,
        (host, port): (&str, Option<u16>),
        attempts: u32,
    ) -> Self {
        let method = plan.operation.method;
        let span = info_span!(
            target: "retm",
            "retm.attempt",
            otel.name = format_args!("{method} {template}"),
            otel.kind = "client",
            http.request.method = method,
            url.template = template,
            server.address = host,
            server.port = port,
            http.request.resend_count = (attempts > 1).then(|| attempts - 1),
            http.response.status_code = Empty,
            error.type = Empty,
            otel.status_code = Empty,
        );
        Self { plan, span }
    }

    /// The span to send within.
    pub(crate) fn span(&self) -> Span {
        self.span.clone()
    }

    /// Puts down what became of it.
    pub(crate) fn end(self, outcome: Result<StatusCode, (Failure, Option<StatusCode>)>) {
        let (failure, status) = match outcome {
            Ok(status) if status.is_client_error() || status.is_server_error() => {
                (Some(Failure::Status(status)), Some(status))
            }
            Ok(status) => (None, Some(status)),
            Err((failure, status)) => (Some(failure), status),
        };
        if let Some(status) = status {
            self.span
                .record("http.response.status_code", status.as_u16());
        }
        match &failure {
            None => {}
            Some(Failure::Status(status)) => {
                self.span.record("error.type", status.as_str());
            }
            Some(failure) => {
                self.span.record("error.type", reason(*failure));
            }
        }
        if failure.is_some() {
            self.span.record("otel.status_code", "ERROR");
        }
        metrics::attempted(
            self.plan,
            match (failure, status) {
                (Some(failure), _) => reason(failure),
                (None, Some(status)) if status.is_success() => "2xx",
                (None, _) => "3xx",
            },
        );
    }
}

/// The failure as a label: the class of a status, or what the network did.
pub(crate) fn reason(failure: Failure) -> &'static str {
    match failure {
        Failure::Connect => "connect",
        Failure::Timeout => "timeout",
        Failure::Network => "network",
        Failure::Status(StatusCode::TOO_MANY_REQUESTS) => "429",
        Failure::Status(status) if status.is_server_error() => "5xx",
        Failure::Status(_) => "4xx",
    }
}
