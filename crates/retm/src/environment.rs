//! Which RETM to talk to.

use std::fmt;
use std::net::IpAddr;

use reqwest::Url;

use crate::business_id::BusinessId;
use crate::error::{Error, ErrorKind};

const PLACEHOLDER: &str = "{business_id}";

/// Which RETM to talk to.
#[derive(Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Environment {
    /// `https://{business_id}.retm.sa`: every business has a host of its own (documented).
    #[default]
    Production,
    /// `https://stg.retm.sa` for every business (documented for tokens, assumed for resources).
    Staging,
    /// Another base URL, such as a sandbox's; `{business_id}` may stand in host or path.
    BaseUrl(String),
}

impl Environment {
    fn template(&self) -> &str {
        match self {
            Self::Production => "https://{business_id}.retm.sa",
            Self::Staging => "https://stg.retm.sa",
            Self::BaseUrl(url) => url.trim_end_matches('/'),
        }
    }

    /// Whether each business has a base URL of its own: in production, and at a base URL that holds
    /// `{business_id}`; not in staging.
    ///
    /// Where it has not, the base URL alone decides which business a call reaches: a program that calls
    /// several, or goes on with the orders of several, must not do so there.
    pub fn tells_businesses_apart(&self) -> bool {
        self.template().contains(PLACEHOLDER)
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&without_secrets(self.template()))
    }
}

/// A checked base URL with or without the business in it.
#[derive(Clone, Debug)]
pub(crate) struct BaseUrl {
    template: String,
    loopback: bool,
}

impl BaseUrl {
    pub(crate) fn new(environment: &Environment) -> Result<Self, Error> {
        let template = environment.template().to_owned();
        let refuse = |why: &str| {
            let shown = without_secrets(&template);
            Err(Error::new(ErrorKind::Config).with_detail(format!("base URL {shown:?} {why}")))
        };
        let filled = template.replace(PLACEHOLDER, "business");
        if filled.contains(['{', '}']) {
            return refuse("may hold no other placeholder than {business_id}");
        }
        let Ok(url) = Url::parse(&filled) else {
            return refuse("is not a URL");
        };
        if url.query().is_some() || url.fragment().is_some() {
            return refuse("must have neither a query nor a fragment");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return refuse("must not hold credentials");
        }
        let Some(host) = url.host_str() else {
            return refuse("names no host");
        };
        if host == "business" && template.contains(PLACEHOLDER) {
            return refuse(
                "must have a domain behind {business_id}: a number alone would be an address",
            );
        }
        let loopback = is_loopback(host);
        match url.scheme() {
            "https" => {}
            "http" if loopback => {}
            "http" => {
                return refuse(
                    "would send credentials in the clear: use https (http is for loopback only)",
                );
            }
            _ => return refuse("must start with https"),
        }
        Ok(Self { template, loopback })
    }

    /// Whether it is this machine: never through a proxy.
    pub(crate) fn is_loopback(&self) -> bool {
        self.loopback
    }

    /// The base URL of one business, without a slash at its end.
    pub(crate) fn of(&self, business: &BusinessId) -> String {
        self.template.replace(PLACEHOLDER, business.as_str())
    }

    /// Scheme, host and port of one business's base URL.
    pub(crate) fn origin(&self, business: &BusinessId) -> String {
        Url::parse(&self.of(business))
            .map(|url| url.origin().ascii_serialization())
            .unwrap_or_default()
    }
}

/// A base URL as an error may show it: what is wrong with it may be a password or a token in it.
fn without_secrets(url: &str) -> String {
    let url = url.split(['?', '#']).next().unwrap_or_default();
    match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://{host}"),
        (None, Some((_, host))) => host.to_owned(),
        (_, None) => url.to_owned(),
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host
            .trim_start_matches('[')
            .trim_end_matches(']')
            .parse::<IpAddr>()
            .is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str) -> Result<BaseUrl, Error> {
        BaseUrl::new(&Environment::BaseUrl(url.to_owned()))
    }

    #[test]
    fn the_business_stands_in_host_or_path() {
        let acme = BusinessId::new("ACME").unwrap();
        let production = BaseUrl::new(&Environment::Production).unwrap();
        assert_eq!(production.of(&acme), "https://acme.retm.sa");
        let sandbox = check("http://127.0.0.1:8080/b/{business_id}/").unwrap();
        assert_eq!(sandbox.of(&acme), "http://127.0.0.1:8080/b/acme");
        assert_eq!(sandbox.origin(&acme), "http://127.0.0.1:8080");
        assert!(sandbox.is_loopback());
        assert!(check("http://[::1]:8080").unwrap().is_loopback());
    }

    #[test]
    fn a_base_url_tells_businesses_apart_where_it_names_them() {
        assert!(Environment::Production.tells_businesses_apart());
        assert!(!Environment::Staging.tells_businesses_apart());
        for (url, apart) in [
            ("http://127.0.0.1:8080/b/{business_id}/", true),
            ("https://{business_id}.example.com", true),
            ("http://127.0.0.1:8080/b/acme", false),
            ("https://acme.retm.sa", false),
        ] {
            let environment = Environment::BaseUrl(url.to_owned());
            assert_eq!(environment.tells_businesses_apart(), apart, "{url}");
        }
    }

    #[test]
    fn plain_http_is_for_loopback_only() {
        for url in [
            "http://retm.sa",
            "http://127.0.0.1.evil.com",
            "http://{business_id}.example.com",
            "ftp://127.0.0.1",
            "https://user:pass@retm.sa",
            "https://retm.sa?x=1",
            "not a url",
            "https://{business}.retm.sa",
            "https://{business_id}",
            "https://{business_id}:8443/x",
            "http://127.0.0.1:8080/b/{business-id}",
        ] {
            assert!(check(url).unwrap_err().is_config(), "{url}");
        }
    }

    #[test]
    fn an_error_shows_no_password_of_a_base_url() {
        for url in [
            "https://app:hu!sh@retm.sa",
            "https://app:hu!sh @retm.sa",
            "app:hu!sh@retm.sa",
            "https://retm.sa?token=hu!sh",
            "https://retm.sa#hu!sh",
            "http://app:hu!sh@127.0.0.1",
        ] {
            let shown = check(url).unwrap_err().to_string();
            assert!(!shown.contains("hu!"), "{shown}");
        }
    }
}
