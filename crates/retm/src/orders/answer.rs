//! What the answer to an order proves: the table of "What proves an order" in ARCHITECTURE.md.

use bytes::Bytes;
use http::StatusCode;
use retm_types::{Proof, WriteReply, server_message};

use crate::error::{Captured, Error, ErrorKind, Outcome};

/// How much of an answer that proves nothing the journal keeps.
const FIRST_WORDS: usize = 8 * 1024;

/// Corrects at run time what a reply proves; `None` leaves it to [`WriteReply::proof_of`].
pub(crate) type OrderProof = fn(&WriteReply) -> Option<Proof>;

/// What came back for an order: an answer with a status of success, or the error of the call.
pub(super) type Reply = Result<Captured, Error>;

/// What the answers for one reference prove.
#[derive(Clone, Debug)]
pub(super) struct Prover {
    pub(super) reference: String,
    pub(super) custom: Option<OrderProof>,
}

/// What a reply means for the order.
#[derive(Clone, Debug)]
pub(super) enum Answer {
    /// It took effect.
    Created { body: Bytes },
    /// Status of success, and the server says that it failed or says nothing that proves anything.
    Doubtful(Words),
    /// 409: there may be such an order already.
    Conflict(Error),
    /// 429: not now; nothing was done.
    Busy(Error),
    /// About the caller or the connection, not the order: nothing was done.
    NotSent(Error),
    /// The API refused the order.
    Rejected(Error),
    /// No answer, or one that says nothing about the order.
    Unknown(Error),
}

/// An answer with a status of success that does not prove that the order took effect.
#[derive(Clone, Debug)]
pub(super) struct Words {
    pub(super) error: Error,
    pub(super) status: u16,
    /// The beginning of the body.
    pub(super) body: Bytes,
    /// Returns `true` if the server says that it failed, and nothing else.
    pub(super) is_refusal: bool,
}

impl Prover {
    fn proof(&self, status: u16, reply: &WriteReply) -> Proof {
        let custom = self.custom.and_then(|proof| proof(reply));
        custom.unwrap_or_else(|| reply.proof_of(status, Some(&self.reference)))
    }

    /// What a reply means.
    pub(super) fn classify(&self, reply: Reply) -> Answer {
        match reply {
            Ok(captured) => {
                let proof = self.proof(
                    captured.status.as_u16(),
                    &WriteReply::from_bytes(&captured.body),
                );
                match proof {
                    Proof::Created => Answer::Created {
                        body: captured.body,
                    },
                    _ => Answer::Doubtful(words(&captured, proof == Proof::Refused)),
                }
            }
            Err(error) => failed(error),
        }
    }

    /// The words that a journal has kept.
    pub(super) fn kept(&self, status: u16, body: &Bytes) -> Words {
        let refused = self.proof(status, &WriteReply::from_bytes(body)) == Proof::Refused;
        let captured = Captured {
            status: StatusCode::from_u16(status).unwrap_or(StatusCode::OK),
            headers: http::HeaderMap::new(),
            body: body.clone(),
            received: std::time::SystemTime::UNIX_EPOCH,
        };
        words(&captured, refused)
    }
}

fn failed(error: Error) -> Answer {
    if error.operation() == Some("exchange_token") {
        return Answer::NotSent(error);
    }
    let status = error.status().map(|status| status.as_u16());
    match (error.kind(), status) {
        // The body broke off, or is larger than the limit.
        (_, Some(status @ 200..=299)) => Answer::Doubtful(Words {
            status,
            body: first_words(error.raw_body()),
            error,
            is_refusal: false,
        }),
        (ErrorKind::RateLimited, _) => Answer::Busy(error),
        (ErrorKind::Unauthorized | ErrorKind::Forbidden, _) => Answer::NotSent(error),
        _ => match (error.outcome(), status) {
            (Outcome::Unknown, _) => Answer::Unknown(error),
            (Outcome::Rejected, Some(409)) => Answer::Conflict(error),
            (Outcome::Rejected, Some(_)) => Answer::Rejected(error),
            _ => Answer::NotSent(error),
        },
    }
}

fn words(captured: &Captured, is_refusal: bool) -> Words {
    let mut error = match is_refusal {
        true => captured.as_error(ErrorKind::Refused),
        false => captured
            .as_error(ErrorKind::Decode)
            .with_detail("the answer does not prove that the order took effect"),
    };
    if error.message().is_none()
        && let Some(message) = server_message(&captured.body)
    {
        error = error.with_message(message);
    }
    Words {
        status: captured.status.as_u16(),
        body: first_words(&captured.body),
        error: error.with_attempts(1),
        is_refusal,
    }
}

fn first_words(body: &[u8]) -> Bytes {
    Bytes::copy_from_slice(&body[..body.len().min(FIRST_WORDS)])
}
