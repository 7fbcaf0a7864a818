//! The business id: part of a host name, so nothing but a DNS label will do.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use reqwest::Url;

use crate::error::{Error, ErrorKind};

/// Identifies a merchant's business: the first label of its host name, in lower case.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BusinessId(Arc<str>);

impl BusinessId {
    /// Checks a business id and puts it in lower case.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] unless it is one DNS label: 1 to 63 letters, digits and hyphens, no
    /// hyphen at either end. Anything else could name another host.
    pub fn new(id: &str) -> Result<Self, Error> {
        let label = (1..=63).contains(&id.len())
            && !id.starts_with('-')
            && !id.ends_with('-')
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            // `xn--` starts a name in another script, which not every rest completes.
            && Url::parse(&format!("https://{id}.retm.sa")).is_ok();
        if label {
            Ok(Self(id.to_ascii_lowercase().into()))
        } else {
            Err(Error::new(ErrorKind::Config).with_detail(format!(
                "business id {id:?} is not a DNS label (1 to 63 letters, digits or hyphens, no hyphen at either end)"
            )))
        }
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BusinessId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for BusinessId {
    type Err = Error;

    fn from_str(id: &str) -> Result<Self, Error> {
        Self::new(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_lower_cased() {
        assert_eq!(BusinessId::new("Acme-2").unwrap().as_str(), "acme-2");
    }

    #[test]
    fn nothing_that_could_name_another_host_passes() {
        for id in [
            "",
            "a.b",
            "evil.com/",
            "a/b",
            "a@b",
            "a:1",
            "-a",
            "a-",
            "a b",
            "a%2e",
            "é",
            "a\n",
            "..",
            "{x}",
            "xn--a",
        ] {
            assert!(BusinessId::new(id).unwrap_err().is_config(), "{id:?}");
        }
        assert!(BusinessId::new(&"a".repeat(64)).is_err());
    }
}
