//! Whether a call that failed took effect.

use retm_client::Operation;

use super::{Error, ErrorKind, Inner};

/// Whether a call that failed took effect at the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// Nothing was sent: it can be tried again.
    NotSent,
    /// The API refused it: it took no effect.
    Rejected,
    /// It was sent and nobody knows what became of it: look before sending it again.
    Unknown,
}

impl Error {
    /// Whether the call took effect. Where the token request of a call failed
    /// ([`operation`](Self::operation) is `exchange_token`), the call itself was not sent. Of
    /// [`authorize`](crate::Business::authorize) it says whether the code may have been spent.
    pub fn outcome(&self) -> Outcome {
        let Inner {
            kind,
            attempts,
            operation,
            status,
            outcome,
            ..
        } = &*self.0;
        if let Some(outcome) = outcome {
            return *outcome;
        }
        match kind {
            _ if *operation == Some("exchange_token") => Outcome::NotSent,
            ErrorKind::InDoubt => Outcome::Unknown,
            ErrorKind::Timeout | ErrorKind::Network | ErrorKind::Server | ErrorKind::Internal
                if *attempts > 0 =>
            {
                Outcome::Unknown
            }
            // A success that cannot be read.
            ErrorKind::Decode | ErrorKind::BrokenElement => Outcome::Unknown,
            _ if status.is_some_and(|status| status.is_client_error()) => Outcome::Rejected,
            // A redirect may lead on to what was done.
            _ if status.is_some() => Outcome::Unknown,
            _ => Outcome::NotSent,
        }
    }

    /// The same error as the outcome of the token request itself: what it carried may be spent.
    pub(crate) fn of_token_request(mut self) -> Self {
        let operation = self.0.operation.take();
        let outcome = self.outcome();
        self.0.operation = operation;
        self.with_outcome(outcome)
    }

    /// Whether a write was sent and nobody knows what became of it.
    pub(super) fn may_have_written(&self) -> bool {
        let write = self
            .0
            .operation
            .and_then(Operation::find)
            .is_some_and(|operation| !operation.is_safe());
        // A code that may be spent cannot be looked for.
        let can_look = self.0.operation != Some("exchange_token");
        write && can_look && self.outcome() == Outcome::Unknown
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderMap, StatusCode};

    use super::*;
    use crate::business_id::BusinessId;
    use crate::error::Captured;

    fn failed(kind: ErrorKind, attempts: u32) -> Outcome {
        let acme = BusinessId::new("acme").unwrap();
        let error = Error::new(kind).with_attempts(attempts);
        error.of_call("create_order", &acme).outcome()
    }

    fn answered(status: u16) -> Outcome {
        let captured = Captured {
            status: StatusCode::from_u16(status).unwrap(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
            received: std::time::SystemTime::UNIX_EPOCH,
        };
        captured.error().with_attempts(1).outcome()
    }

    #[test]
    fn what_was_never_sent_is_told_from_what_may_have_been() {
        assert_eq!(failed(ErrorKind::Connect, 3), Outcome::NotSent);
        assert_eq!(failed(ErrorKind::Timeout, 0), Outcome::NotSent);
        assert_eq!(failed(ErrorKind::InvalidRequest, 0), Outcome::NotSent);
        assert_eq!(failed(ErrorKind::Timeout, 1), Outcome::Unknown);
        assert_eq!(failed(ErrorKind::Network, 1), Outcome::Unknown);
        assert_eq!(failed(ErrorKind::Decode, 1), Outcome::Unknown);
    }

    #[test]
    fn a_refusal_took_no_effect_and_a_failure_of_the_server_may_have() {
        for status in [400, 401, 403, 404, 409, 422, 429] {
            assert_eq!(answered(status), Outcome::Rejected, "{status}");
        }
        for status in [302, 303, 307, 408, 500, 502, 503, 504] {
            assert_eq!(answered(status), Outcome::Unknown, "{status}");
        }
    }

    #[test]
    fn an_error_can_say_what_its_kind_does_not() {
        assert_eq!(failed(ErrorKind::Store, 0), Outcome::NotSent);
        assert_eq!(failed(ErrorKind::MoneyMismatch, 0), Outcome::NotSent);
        assert_eq!(failed(ErrorKind::ReferenceConflict, 0), Outcome::NotSent);
        assert_eq!(failed(ErrorKind::InDoubt, 0), Outcome::Unknown);
        let told = Error::new(ErrorKind::Store).with_outcome(Outcome::Unknown);
        assert_eq!(told.outcome(), Outcome::Unknown);
    }

    #[test]
    fn a_code_may_be_spent_by_a_request_without_an_answer() {
        let acme = BusinessId::new("acme").unwrap();
        let of = |kind, attempts| {
            let error = Error::new(kind).with_attempts(attempts);
            let error = error.of_call("exchange_token", &acme).of_token_request();
            (error.outcome(), error.operation())
        };
        let token = Some("exchange_token");
        assert_eq!(of(ErrorKind::Network, 1), (Outcome::Unknown, token));
        assert_eq!(of(ErrorKind::Server, 1), (Outcome::Unknown, token));
        assert_eq!(of(ErrorKind::Connect, 3), (Outcome::NotSent, token));
    }

    #[test]
    fn without_a_token_nothing_was_sent() {
        let acme = BusinessId::new("acme").unwrap();
        let token = Error::new(ErrorKind::Network).with_attempts(1);
        let error = token
            .of_call("exchange_token", &acme)
            .of_call("create_order", &acme);
        assert_eq!(error.outcome(), Outcome::NotSent);
        assert!(!error.may_have_written());
    }
}
