//! Where a list was left off, to go on in another process.

use std::fmt::{self, Write};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest as _, Sha256};

use crate::business_id::BusinessId;
use crate::error::{Error, ErrorKind};

const VERSION: &str = "r1";
/// The longest token that is read, in bytes.
const LONGEST: usize = 256;
const CHECK: usize = 4;

/// Where a list was left off: an opaque text, to be kept and given to
/// [`List::resume`](crate::List::resume), by another process if need be.
///
/// It names the operation, the page, its size and how many of its elements were taken. The business
/// and the filters are in it as a digest only.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ResumeToken {
    operation: String,
    of: Digest,
    page: u64,
    per_page: Option<u64>,
    position: u64,
}

/// Stands for a business and filters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Digest([u8; 16]);

impl Digest {
    /// The digest of these parts, told apart by their lengths.
    pub(crate) fn of(parts: &[&[u8]]) -> Self {
        let mut hasher = Sha256::new();
        for part in parts {
            hasher.update(part.len().to_be_bytes());
            hasher.update(part);
        }
        let mut digest = [0; 16];
        digest
            .iter_mut()
            .zip(hasher.finalize())
            .for_each(|(to, from)| *to = from);
        Self(digest)
    }

    /// The first eight bytes.
    pub(crate) fn short(self) -> u64 {
        (u128::from_be_bytes(self.0) >> 64) as u64
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", u128::from_be_bytes(self.0))
    }
}

impl FromStr for Digest {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let digits = text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit());
        let number = u128::from_str_radix(text, 16).map_err(|_| ())?;
        digits.then_some(Self(number.to_be_bytes())).ok_or(())
    }
}

/// Which list a page belongs to. Every page has one and few are asked for their token, so the digest is
/// made when it is asked for.
#[derive(Clone)]
pub(crate) struct Place {
    pub(crate) operation: &'static str,
    pub(crate) business: BusinessId,
    /// The filters as JSON, which may name people.
    pub(crate) filter: Vec<u8>,
    pub(crate) per_page: Option<u64>,
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Place")
            .field("operation", &self.operation)
            .field("business", &self.business)
            .field("per_page", &self.per_page)
            .finish_non_exhaustive()
    }
}

/// Where to go on in a list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Position {
    pub(crate) page: u64,
    pub(crate) per_page: Option<u64>,
    /// How many elements of the page were taken already.
    pub(crate) taken: u64,
}

impl Place {
    pub(crate) fn of(&self) -> Digest {
        Digest::of(&[self.business.as_str().as_bytes(), &self.filter])
    }

    pub(crate) fn token(&self, page: u64, taken: u64) -> ResumeToken {
        ResumeToken {
            operation: self.operation.to_owned(),
            of: self.of(),
            page,
            per_page: self.per_page,
            position: taken,
        }
    }

    /// Where the token says to go on, if it is one of this list.
    pub(crate) fn position(&self, token: &ResumeToken) -> Result<Position, Error> {
        let refuse = |why: String| Err(Error::new(ErrorKind::InvalidRequest).with_detail(why));
        if token.operation != self.operation {
            return refuse(format!(
                "the resume token is one of {}, not of {}",
                token.operation, self.operation
            ));
        }
        if token.of != self.of() {
            return refuse(
                "the resume token is one of another business or of other filters".to_owned(),
            );
        }
        if self.per_page.is_some() && self.per_page != token.per_page {
            let size = |size: Option<u64>| {
                size.map_or_else(|| "the server's size".to_owned(), |size| size.to_string())
            };
            return refuse(format!(
                "the resume token counts pages of {}, and this list those of {}",
                size(token.per_page),
                size(self.per_page)
            ));
        }
        Ok(Position {
            page: token.page,
            per_page: token.per_page,
            taken: token.position,
        })
    }
}

impl ResumeToken {
    /// The same, so many elements further on in its page.
    pub(super) fn after(mut self, taken: u64) -> Self {
        self.position = taken;
        self
    }

    /// Everything but the check digits.
    fn text(&self) -> String {
        let Self {
            operation,
            of,
            page,
            per_page,
            position,
        } = self;
        let mut text = format!("{VERSION}.{operation}.{page}.{position}.");
        // Writing to a string does not fail.
        let _ = match per_page {
            Some(size) => write!(text, "{size}.{of}"),
            None => write!(text, "-.{of}"),
        };
        text
    }
}

/// Tells a text that was cut or mistyped.
fn check_digits(text: &str) -> String {
    let digest = Sha256::digest(text);
    digest
        .iter()
        .take(CHECK)
        .fold(String::new(), |mut digits, byte| {
            let _ = write!(digits, "{byte:02x}");
            digits
        })
}

impl fmt::Display for ResumeToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.text();
        write!(f, "{text}.{}", check_digits(&text))
    }
}

impl FromStr for ResumeToken {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        read(text).map_err(|why| {
            Error::new(ErrorKind::InvalidRequest).with_detail(format!("the resume token {why}"))
        })
    }
}

fn read(text: &str) -> Result<ResumeToken, &'static str> {
    if text.len() > LONGEST {
        return Err("is too long for one");
    }
    if text.split('.').next() != Some(VERSION) {
        return Err("is none of this version of the client");
    }
    let Some((content, digits)) = text.rsplit_once('.') else {
        return Err("is cut off");
    };
    if check_digits(content) != digits {
        return Err("is cut off or was changed");
    }
    fields(content).ok_or("does not say where to go on")
}

fn fields(content: &str) -> Option<ResumeToken> {
    let mut fields = content.split('.').skip(1);
    let token = ResumeToken {
        operation: fields.next()?.to_owned(),
        page: fields.next()?.parse().ok().filter(|page| *page > 0)?,
        position: fields.next()?.parse().ok()?,
        per_page: match fields.next()? {
            "-" => None,
            size => Some(size.parse().ok().filter(|size| *size > 0)?),
        },
        of: fields.next()?.parse().ok()?,
    };
    fields.next().is_none().then_some(token)
}

impl Serialize for ResumeToken {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ResumeToken {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        read(&text).map_err(|why| de::Error::custom(format_args!("the resume token {why}")))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    static_assertions::assert_impl_all!(ResumeToken: Send, Sync, Unpin);

    fn token(page: u64, per_page: Option<u64>, position: u64) -> ResumeToken {
        let place = Place {
            operation: "list_orders",
            business: BusinessId::new("acme").unwrap(),
            filter: b"{}".to_vec(),
            per_page,
        };
        place.token(page, position)
    }

    #[test]
    fn it_reads_as_written() {
        let token = token(7, Some(50), 3);
        insta::assert_snapshot!(token, @"r1.list_orders.7.3.50.d8229d0200723fa8c2af37351f950781.386a5113");
        let json = serde_json::to_string(&token).unwrap();
        assert_eq!(serde_json::from_str::<ResumeToken>(&json).unwrap(), token);
    }

    #[test]
    fn garbage_is_named() {
        let good = token(7, None, 0).to_string();
        let checked = |content: &str| format!("{content}.{}", check_digits(content));
        let of = Digest::of(&[]);
        let texts = [
            String::new(),
            "7".into(),
            good.replacen("r1", "r2", 1),
            good.replacen(".7.", ".8.", 1),
            good[..good.len() - 1].into(),
            "r1.".into(),
            checked("r1"),
            checked(&format!("r1.list_orders.0.0.-.{of}")),
            checked(&format!("r1.list_orders.1.0.0.{of}")),
            checked(&format!("r1.list_orders.1.0.-.{of}.more")),
            checked("r1.list_orders.1.0.-.+000000000000000000000000000000f"),
            "r1.".repeat(100),
        ];
        let errors: Vec<String> = texts
            .iter()
            .map(|text| text.parse::<ResumeToken>().unwrap_err().to_string())
            .collect();
        insta::assert_snapshot!(errors.join("\n"), @r"
        bad request: the resume token is none of this version of the client. Correct the argument; nothing was sent.
        bad request: the resume token is none of this version of the client. Correct the argument; nothing was sent.
        bad request: the resume token is none of this version of the client. Correct the argument; nothing was sent.
        bad request: the resume token is cut off or was changed. Correct the argument; nothing was sent.
        bad request: the resume token is cut off or was changed. Correct the argument; nothing was sent.
        bad request: the resume token is cut off or was changed. Correct the argument; nothing was sent.
        bad request: the resume token does not say where to go on. Correct the argument; nothing was sent.
        bad request: the resume token does not say where to go on. Correct the argument; nothing was sent.
        bad request: the resume token does not say where to go on. Correct the argument; nothing was sent.
        bad request: the resume token does not say where to go on. Correct the argument; nothing was sent.
        bad request: the resume token does not say where to go on. Correct the argument; nothing was sent.
        bad request: the resume token is too long for one. Correct the argument; nothing was sent.
        ");
    }

    proptest! {
        #[test]
        fn no_text_is_trouble(text in "\\PC*", content in "r1\\.[a-z_]{0,9}\\.([0-9-]{0,22}\\.){0,5}[0-9a-f+é]{0,33}") {
            let _ = text.parse::<ResumeToken>();
            let _ = content.parse::<ResumeToken>();
            let _ = format!("{content}.{}", check_digits(&content)).parse::<ResumeToken>();
        }

        #[test]
        fn every_token_reads_as_written(page in 1u64.., per_page in proptest::option::of(1u64..), position: u64) {
            let token = token(page, per_page, position);
            prop_assert_eq!(token.to_string().parse::<ResumeToken>().unwrap(), token);
        }
    }
}
