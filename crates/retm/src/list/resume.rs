//! Where a list was left off, to go on in another process.

use std::fmt::{self, Write};
use std::str::FromStr;

use reqwest::Url;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest as _, Sha256};

use super::paging::{Paging, Position};
use crate::business_id::BusinessId;
use crate::error::{Error, ErrorKind};

const VERSION: &str = "r2";
/// The longest token that is read, in bytes: a cursor may be long.
const LONGEST: usize = 16 * 1024;
const CHECK: usize = 4;
/// Stands for what is not there.
const NONE: &str = "-";

/// Where a list was left off: an opaque text, to be kept and given to
/// [`List::resume`](crate::List::resume), by another process if need be.
///
/// It names the operation, the page or the server's cursor, the size of the pages, how many elements of the page were taken
/// and how many came before it. The business, the filters and further query parameters are in it as a digest only.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ResumeToken {
    operation: String,
    of: Digest,
    position: Position,
}

impl fmt::Debug for ResumeToken {
    /// Without the cursor, which may hold anything.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResumeToken")
            .field("operation", &self.operation)
            .field("page", &self.position.paging.page)
            .field("taken", &self.position.taken)
            .finish_non_exhaustive()
    }
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
    /// Further query parameters.
    pub(crate) query: Vec<(String, String)>,
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

impl Place {
    pub(crate) fn of(&self) -> Digest {
        let mut parts = vec![self.business.as_str().as_bytes(), &self.filter];
        for (name, value) in &self.query {
            parts.extend([name.as_bytes(), value.as_bytes()]);
        }
        Digest::of(&parts)
    }

    pub(crate) fn token(&self, position: Position) -> ResumeToken {
        ResumeToken {
            operation: self.operation.to_owned(),
            of: self.of(),
            position,
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
        let per_page = token.position.paging.per_page;
        if self.per_page.is_some() && self.per_page != per_page {
            let size = |size: Option<u64>| {
                size.map_or_else(|| "the server's size".to_owned(), |size| size.to_string())
            };
            return refuse(format!(
                "the resume token counts pages of {}, and this list those of {}",
                size(per_page),
                size(self.per_page)
            ));
        }
        Ok(token.position.clone())
    }
}

impl ResumeToken {
    /// The number of the page to go on with, as the server counts them; of a list with cursors, counted from 1.
    pub fn page(&self) -> u64 {
        self.position.number()
    }

    /// Everything but the check digits.
    fn text(&self) -> String {
        let Position {
            paging,
            taken,
            came,
            from_zero,
            is_behind,
            announced,
        } = &self.position;
        let number =
            |number: Option<u64>| number.map_or_else(|| NONE.to_owned(), |n| n.to_string());
        let flags = [(*from_zero, 'z'), (*is_behind, 'b'), (*announced, 'a')];
        let flags: String = flags
            .into_iter()
            .filter_map(|(is_set, flag)| is_set.then_some(flag))
            .collect();
        [
            VERSION,
            &self.operation,
            &number(paging.page),
            &taken.to_string(),
            &number(paging.per_page),
            &number(*came),
            if flags.is_empty() { NONE } else { &flags },
            &query_text(&paging.query),
            &self.of.to_string(),
        ]
        .join(".")
    }
}

/// The query with no point in it, which parts the fields of a token.
fn query_text(query: &[(String, String)]) -> String {
    let Ok(mut url) = Url::parse("http://retm.invalid") else {
        return NONE.to_owned();
    };
    url.query_pairs_mut().extend_pairs(query);
    match url.query().filter(|query| !query.is_empty()) {
        Some(query) => query.replace('.', "%2E"),
        None => NONE.to_owned(),
    }
}

fn query_of(text: &str) -> Option<Vec<(String, String)>> {
    if text == NONE {
        return Some(Vec::new());
    }
    let mut url = Url::parse("http://retm.invalid").ok()?;
    url.set_query(Some(text));
    Some(url.query_pairs().into_owned().collect())
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
    fn number(text: &str) -> Option<Option<u64>> {
        match text {
            NONE => Some(None),
            number => number.parse().ok().map(Some),
        }
    }
    let mut fields = content.split('.').skip(1);
    let mut next = || fields.next();
    let operation = next()?.to_owned();
    let page = number(next()?)?;
    let taken = next()?.parse().ok()?;
    let per_page = number(next()?)?.filter(|size| *size > 0);
    let came = number(next()?)?;
    let flags = next()?;
    let query = query_of(next()?)?;
    let of = next()?.parse().ok()?;
    let position = Position {
        paging: Paging {
            page,
            per_page,
            query,
        },
        taken,
        came,
        from_zero: flags.contains('z'),
        is_behind: flags.contains('b'),
        announced: flags.contains('a'),
    };
    let token = ResumeToken {
        operation,
        of,
        position,
    };
    // What reads otherwise than it is written was not written by us.
    (fields.next().is_none() && token.text() == content).then_some(token)
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

    fn place(per_page: Option<u64>) -> Place {
        Place {
            operation: "list_orders",
            business: BusinessId::new("acme").unwrap(),
            filter: b"{}".to_vec(),
            query: Vec::new(),
            per_page,
        }
    }

    fn token(page: u64, per_page: Option<u64>, taken: u64) -> ResumeToken {
        let mut position = Position::at(page, per_page);
        position.taken = taken;
        place(per_page).token(position)
    }

    #[test]
    fn a_cursor_and_what_came_go_along() {
        let mut position = Position::start(None);
        position.paging.page = Some(3);
        position.paging.query = vec![("cursor".into(), "ab./+=&ü 1".into())];
        (position.came, position.is_behind) = (Some(40), true);
        let token = place(None).token(position.clone());
        insta::assert_snapshot!(token, @"r2.list_orders.3.0.-.40.b.cursor=ab%2E%2F%2B%3D%26%C3%BC+1.d8229d0200723fa8c2af37351f950781.a58cf0b2");
        let read: ResumeToken = token.to_string().parse().unwrap();
        assert_eq!(place(None).position(&read).unwrap(), position);
        assert!(!format!("{token:?}").contains("ab."));
    }

    #[test]
    fn a_further_query_parameter_makes_another_list() {
        let token = token(7, None, 0);
        let mut other = place(None);
        other.query = vec![("expand".into(), "all".into())];
        assert!(other.position(&token).unwrap_err().is_config());
    }

    #[test]
    fn it_reads_as_written() {
        let token = token(7, Some(50), 3);
        insta::assert_snapshot!(token, @"r2.list_orders.7.3.50.-.-.-.d8229d0200723fa8c2af37351f950781.534be794");
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
            good.replacen("r2", "r1", 1),
            good.replacen(".7.", ".8.", 1),
            good[..good.len() - 1].into(),
            "r2.".into(),
            checked("r2"),
            checked(&format!("r2.list_orders.x.0.-.-.-.-.{of}")),
            checked(&format!("r2.list_orders.1.0.0.-.-.-.{of}")),
            checked(&format!("r2.list_orders.1.0.-.-.x.-.{of}")),
            checked(&format!("r2.list_orders.1.0.-.-.-.-.{of}.more")),
            checked("r2.list_orders.1.0.-.-.-.-.+000000000000000000000000000000f"),
            "r2.".repeat(6000),
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
        bad request: the resume token does not say where to go on. Correct the argument; nothing was sent.
        bad request: the resume token is too long for one. Correct the argument; nothing was sent.
        ");
    }

    proptest! {
        #[test]
        fn no_text_is_trouble(text in "\\PC*", content in "r2\\.[a-z_]{0,9}\\.([0-9a=-]{0,22}\\.){0,7}[0-9a-f+é]{0,33}") {
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
