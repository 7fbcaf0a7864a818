//! Reads the body of an answer, up to a limit.

use bytes::{Buf, Bytes};
use reqwest::Response;

/// How much memory the announced length of an answer is trusted with.
const MOST_TRUSTED: usize = 1 << 20;

/// Why a body did not come whole.
pub(super) enum Cut {
    /// It is longer than the limit; the length as announced, where it was.
    TooLarge(Option<u64>),
    /// The connection or the decompression failed.
    Failed(reqwest::Error),
}

/// What has come of a body, and what cut it short. One that comes in one piece is not copied; of one that announces more
/// than the limit nothing is read. A byte order mark is skipped.
///
/// Memory is at most twice the limit: while the buffer moves to its last size.
pub(super) async fn read(response: &mut Response, limit: usize) -> (Bytes, Option<Cut>) {
    let announced = response.content_length();
    if announced.is_some_and(|length| length > limit as u64) {
        return (Bytes::new(), Some(Cut::TooLarge(announced)));
    }
    let announced = usize::try_from(announced.unwrap_or_default()).unwrap_or(0);
    let (mut only, mut body) = (Bytes::new(), Vec::new());
    let cut = loop {
        match response.chunk().await {
            Ok(Some(chunk)) => {
                let come = only.len() + body.len();
                if chunk.len() > limit.saturating_sub(come) {
                    break Some(Cut::TooLarge(None));
                }
                if come == 0 {
                    only = chunk;
                    continue;
                }
                if body.is_empty() {
                    body.reserve(announced.min(MOST_TRUSTED).max(come + chunk.len()));
                    body.extend_from_slice(&std::mem::take(&mut only));
                }
                grow(&mut body, chunk.len(), limit);
                body.extend_from_slice(&chunk);
            }
            Ok(None) => break None,
            Err(error) => break Some(Cut::Failed(error)),
        }
    };
    let mut body = if body.is_empty() { only } else { body.into() };
    if body.starts_with(b"\xef\xbb\xbf") {
        body.advance(3);
    }
    (body, cut)
}

/// Doubles the buffer, but never beyond the limit: above a quarter of it, at once to the limit, so that the old buffer and the
/// new one are never two large ones.
fn grow(body: &mut Vec<u8>, more: usize, limit: usize) {
    let needed = body.len() + more;
    if needed > body.capacity() {
        let target = match body.capacity() {
            capacity if capacity > limit / 4 => limit,
            capacity => capacity * 2,
        };
        body.reserve_exact(target.max(needed) - body.len());
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_buffer_never_grows_beyond_the_limit() {
        let mut body = Vec::new();
        for _ in 0..10 {
            super::grow(&mut body, 100, 1000);
            body.extend_from_slice(&[0; 100]);
        }
        assert_eq!((body.len(), body.capacity()), (1000, 1000));
    }
}
