//! Addresses that RETM opens on the app's behalf.

use std::fmt;

/// Which addresses are taken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Scheme {
    /// `https://` only.
    Https,
    /// `https://`, or `http://` to this machine for development.
    HttpsOrLoopback,
}

/// Whether it is an absolute address with a host and without credentials, blanks or control characters.
pub(crate) fn is_valid(url: &str, scheme: Scheme) -> bool {
    let strip = |prefix: &str| match url.split_at_checked(prefix.len()) {
        Some((start, rest)) if start.eq_ignore_ascii_case(prefix) => Some(rest),
        _ => None,
    };
    let (rest, only_loopback) = match (strip("https://"), strip("http://")) {
        (Some(rest), _) => (rest, false),
        (None, Some(rest)) if scheme == Scheme::HttpsOrLoopback => (rest, true),
        _ => return false,
    };
    let clean = !url
        .chars()
        .any(|c| c.is_whitespace() || c.is_control() || matches!(c, '"' | '<' | '>' | '\\' | '`'));
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let Some((host, port)) = split_port(authority) else {
        return false;
    };
    let loopback = host.eq_ignore_ascii_case("localhost") || host == "127.0.0.1" || host == "[::1]";
    clean && is_host(host) && is_port(port) && (loopback || !only_loopback)
}

fn split_port(authority: &str) -> Option<(&str, Option<&str>)> {
    if authority.starts_with('[') {
        let end = authority.find(']')? + 1;
        let (host, port) = authority.split_at_checked(end)?;
        return match port {
            "" => Some((host, None)),
            port => Some((host, Some(port.strip_prefix(':')?))),
        };
    }
    Some(match authority.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    })
}

fn is_host(host: &str) -> bool {
    match host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
    {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => {
            host.len() <= 253
                && host.split('.').all(|label| {
                    !label.is_empty()
                        && label.len() <= 63
                        && label
                            .chars()
                            .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
                })
        }
    }
}

fn is_port(port: Option<&str>) -> bool {
    port.is_none_or(|port| {
        port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok()
    })
}

/// An address in `Debug`: without the query and the fragment, which may hold a person's data or a token.
pub(crate) struct Shown<'a>(pub(crate) &'a str);

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.split_once(['?', '#']) {
            Some((start, _)) => write!(f, "{start:?} [rest redacted]"),
            None => fmt::Debug::fmt(self.0, f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_absolute_https_addresses() {
        for url in [
            "https://loyalty.example.com",
            "https://loyalty.example.com:8443/points?customer=1#top",
            "HTTPS://example.com/",
            "https://[2001:db8::1]:443/",
            "https://example.com/a@b",
        ] {
            assert!(is_valid(url, Scheme::Https), "{url}");
        }
    }

    #[test]
    fn refuses_everything_else() {
        for url in [
            "",
            "https://",
            "https:///path",
            "https://?q",
            "http://example.com",
            "//example.com",
            "/settings",
            "example.com",
            "javascript:alert(1)",
            "https://user:password@example.com/",
            "https://user@example.com/",
            "https://exa mple.com/",
            "https://example.com/a b",
            "https://example.com/\n",
            "https://example.com\\@evil.example",
            "https://example..com/",
            "https://example.com:port/",
            "https://example.com:/",
            "https://example.com:70000/",
            "https://[::1/",
            "https://[zz]/",
            "https://[::1]x/",
            "https://مثال.example/",
        ] {
            assert!(!is_valid(url, Scheme::Https), "{url}");
        }
    }

    #[test]
    fn plain_http_reaches_this_machine_only() {
        for url in [
            "http://127.0.0.1:8080/settings",
            "http://localhost/",
            "http://[::1]:9/",
        ] {
            assert!(is_valid(url, Scheme::HttpsOrLoopback), "{url}");
            assert!(!is_valid(url, Scheme::Https), "{url}");
        }
        for url in ["http://example.com", "http://localhost.example.com/"] {
            assert!(!is_valid(url, Scheme::HttpsOrLoopback), "{url}");
        }
    }
}
