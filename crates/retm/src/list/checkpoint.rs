//! How far a copy of a list has come.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDateTime};
use retm_types::LocalTime;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::resume::Digest;
use crate::error::{Error, ErrorKind};

const VERSION: u8 = 1;

/// How far a copy of a list has come, to be stored between two sweeps; see [`Sweep`](super::Sweep).
///
/// It serialises as JSON: the time of the newest item, and 16 bytes of hash and a time (about 45
/// characters) for each item that is not older than that by more than the overlap. It holds nothing
/// else of the items. [`new`](Self::new) is that of a copy which has nothing yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SweepCheckpoint {
    /// The list it is of; any, before the first sweep.
    of: Option<Digest>,
    /// In seconds of local time.
    pub(super) newest: Option<i64>,
    pub(super) seen: Seen,
}

/// What was seen of the items: by the hash of the id, the content and the time.
pub(super) type Seen = HashMap<u64, Mark>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) content: u64,
    /// In seconds of local time, where the item has a time that can be read.
    pub(super) at: Option<i64>,
}

impl SweepCheckpoint {
    /// Nothing seen yet: the first sweep reads the whole list.
    pub fn new() -> Self {
        Self::default()
    }

    /// When the newest item seen was created, in the merchant's local time.
    pub fn newest(&self) -> Option<LocalTime> {
        self.newest.and_then(local)
    }

    /// Makes it that of a list, unless it is another's.
    pub(super) fn of(mut self, list: Digest) -> Result<Self, Error> {
        match self.of.replace(list) {
            Some(of) if of != list => Err(Error::new(ErrorKind::InvalidRequest).with_detail(
                "the checkpoint is one of another list, of another business or of other filters",
            )),
            _ => Ok(self),
        }
    }
}

/// A local time in seconds, as if it were in UTC: only compared and shifted, never an instant.
pub(super) fn seconds(time: NaiveDateTime) -> i64 {
    time.and_utc().timestamp()
}

pub(super) fn local(seconds: i64) -> Option<LocalTime> {
    DateTime::from_timestamp(seconds, 0).map(|time| time.naive_utc().into())
}

/// The form on the wire.
#[derive(Serialize, Deserialize)]
struct Wire {
    version: u8,
    of: Option<String>,
    newest: Option<i64>,
    seen: Vec<String>,
}

/// An entry of [`Seen`] as text: two hashes and the time.
struct Entry(u64, Mark);

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(id, Mark { content, at }) = self;
        write!(f, "{id:016x}{content:016x}")?;
        at.map_or(Ok(()), |at| write!(f, "@{at}"))
    }
}

impl FromStr for Entry {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (hashes, at) = match text.split_once('@') {
            Some((hashes, at)) => (hashes, Some(at.parse().map_err(|_| ())?)),
            None => (text, None),
        };
        let number = |hash: Option<&str>| u64::from_str_radix(hash.ok_or(())?, 16).map_err(|_| ());
        let is_whole = hashes.len() == 32 && hashes.bytes().all(|b| b.is_ascii_hexdigit());
        let content = number(hashes.get(16..).filter(|_| is_whole))?;
        Ok(Self(number(hashes.get(..16))?, Mark { content, at }))
    }
}

impl Serialize for SweepCheckpoint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seen: Vec<String> = self
            .seen
            .iter()
            .map(|(id, mark)| Entry(*id, *mark).to_string())
            .collect();
        seen.sort_unstable();
        let wire = Wire {
            version: VERSION,
            of: self.of.map(|of| of.to_string()),
            newest: self.newest,
            seen,
        };
        wire.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for SweepCheckpoint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let broken = |()| de::Error::custom("the checkpoint of a sweep was changed or cut off");
        let wire = Wire::deserialize(deserializer)?;
        if wire.version != VERSION {
            return Err(de::Error::custom(
                "the checkpoint is none of this version of the client",
            ));
        }
        let entry = |text: String| {
            let Entry(id, mark) = text.parse().map_err(broken)?;
            Ok((id, mark))
        };
        Ok(Self {
            of: wire.of.map(|of| of.parse().map_err(broken)).transpose()?,
            newest: wire.newest,
            seen: wire.seen.into_iter().map(entry).collect::<Result<_, _>>()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static_assertions::assert_impl_all!(SweepCheckpoint: Send, Sync, Unpin);

    #[test]
    fn it_reads_as_written() {
        let mut checkpoint = SweepCheckpoint::new().of(Digest::of(&[b"acme"])).unwrap();
        checkpoint.newest = Some(1_766_000_000);
        let (content, at) = (u64::MAX, Some(-1));
        checkpoint.seen.insert(1, Mark { content, at });
        checkpoint.seen.insert(
            2,
            Mark {
                content: 3,
                at: None,
            },
        );
        let json = serde_json::to_string(&checkpoint).unwrap();
        insta::assert_snapshot!(json, @r#"{"version":1,"of":"611983f3442023dd35a95d72af857c0c","newest":1766000000,"seen":["0000000000000001ffffffffffffffff@-1","00000000000000020000000000000003"]}"#);
        let read: SweepCheckpoint = serde_json::from_str(&json).unwrap();
        assert_eq!(read, checkpoint);
        assert_eq!(read.newest().unwrap().as_str(), "2025-12-17 19:33:20");
        assert!(read.of(Digest::of(&[b"other"])).unwrap_err().is_config());
    }

    #[test]
    fn garbage_is_named() {
        let with =
            |seen: &str| format!(r#"{{"version":1,"of":null,"newest":null,"seen":[{seen:?}]}}"#);
        let hashes = "0".repeat(32);
        assert!(serde_json::from_str::<SweepCheckpoint>(&with(&hashes)).is_ok());
        let texts = [
            "{}".to_owned(),
            r#"{"version":2,"of":null,"newest":null,"seen":[]}"#.to_owned(),
            r#"{"version":1,"of":"x","newest":null,"seen":[]}"#.to_owned(),
            with(""),
            with(&"é".repeat(16)),
            with(&format!("+{}", "0".repeat(31))),
            with(&format!("{hashes}@")),
            with(&format!("{hashes}0")),
        ];
        let errors: Vec<String> = texts
            .iter()
            .map(|text| {
                serde_json::from_str::<SweepCheckpoint>(text)
                    .unwrap_err()
                    .to_string()
            })
            .collect();
        insta::assert_snapshot!(errors.join("\n"), @r"
        missing field `version` at line 1 column 2
        the checkpoint is none of this version of the client
        the checkpoint of a sweep was changed or cut off
        the checkpoint of a sweep was changed or cut off
        the checkpoint of a sweep was changed or cut off
        the checkpoint of a sweep was changed or cut off
        the checkpoint of a sweep was changed or cut off
        the checkpoint of a sweep was changed or cut off
        ");
    }

    #[test]
    fn a_time_out_of_range_is_none() {
        let far = SweepCheckpoint {
            newest: Some(i64::MAX),
            ..SweepCheckpoint::new()
        };
        assert_eq!(far.newest(), None);
    }
}
