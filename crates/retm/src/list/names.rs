//! The names of the query parameters that page through lists.

use reqwest::Url;

use crate::error::{Error, ErrorKind};

/// The parameters that may be called otherwise.
const PARAMETERS: [&str; 3] = ["page", "per_page", "cursor"];

/// Other names for the parameters of lists.
#[derive(Clone, Debug, Default)]
pub(crate) struct ParameterNames(Vec<(&'static str, String)>);

impl ParameterNames {
    /// Checks and adds a name.
    pub(crate) fn add(&mut self, parameter: &str, name: &str) -> Result<(), Error> {
        let refuse = |why: &str| {
            Err(Error::new(ErrorKind::Config)
                .with_detail(format!("parameter name {parameter} = {name:?}: {why}")))
        };
        let Some(parameter) = PARAMETERS.into_iter().find(|known| *known == parameter) else {
            return refuse("the parameters of lists are page, per_page and cursor");
        };
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-.[]".contains(c);
        if name.is_empty() || !name.chars().all(is_plain) {
            return refuse("a name has letters, digits, `_`, `-`, `.`, `[` and `]`");
        }
        self.0.retain(|(known, _)| *known != parameter);
        self.0.push((parameter, name.to_owned()));
        Ok(())
    }

    /// Puts the names into the query of a list's request.
    pub(super) fn apply(&self, url: &mut Url) {
        if self.0.is_empty() || url.query().is_none() {
            return;
        }
        let named = |name: &str| {
            let mut names = self.0.iter();
            names
                .find(|(known, _)| *known == name)
                .map(|(_, name)| name.clone())
        };
        let pairs = pairs(url).into_iter();
        let pairs = pairs.map(|(name, value)| (named(&name).unwrap_or(name), value));
        let pairs: Vec<_> = pairs.collect();
        url.query_pairs_mut().clear().extend_pairs(pairs);
    }
}

fn pairs(url: &Url) -> Vec<(String, String)> {
    url.query_pairs().into_owned().collect()
}

/// The names of the parameters that a request has of its own, but for the page: what a link of the server may repeat.
pub(super) fn own(url: &Url, further: &[(String, String)]) -> Vec<String> {
    let own = url.query_pairs().map(|(name, _)| name.into_owned());
    let further = further.iter().map(|(name, _)| name.clone());
    let own = own.filter(|name| name != "page");
    own.chain(further).collect()
}

/// Adds what the server asks the next page with.
pub(super) fn add(url: &mut Url, query: &[(String, String)]) {
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_goes_by_its_other_name() {
        let mut names = ParameterNames::default();
        names.add("per_page", "per").unwrap();
        names.add("page", "p").unwrap();
        names.add("page", "page[number]").unwrap();
        let mut url = Url::parse("http://x/list?page=2&per_page=50&status=1").unwrap();
        names.apply(&mut url);
        assert_eq!(url.query(), Some("page%5Bnumber%5D=2&per=50&status=1"));
        let mut plain = Url::parse("http://x/list").unwrap();
        names.apply(&mut plain);
        assert_eq!(plain.as_str(), "http://x/list");
    }

    #[test]
    fn another_parameter_or_a_name_that_is_none_is_refused() {
        let mut names = ParameterNames::default();
        for (parameter, name) in [
            ("status", "s"),
            ("page", ""),
            ("page", "a&b"),
            ("cursor", "a b"),
        ] {
            assert!(names.add(parameter, name).unwrap_err().is_config());
        }
    }
}
