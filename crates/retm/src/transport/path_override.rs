//! Other paths for operations whose assumed path turns out wrong.

use std::collections::BTreeMap;

use reqwest::{Request, Url};
use retm_client::Operation;

use crate::error::{Error, ErrorKind};

/// Path templates by `operationId`.
#[derive(Clone, Debug, Default)]
pub(crate) struct PathOverrides(BTreeMap<&'static str, Override>);

#[derive(Clone, Debug)]
struct Override {
    operation: &'static Operation,
    template: String,
}

impl PathOverrides {
    /// Checks and adds a template.
    pub(crate) fn add(&mut self, operation_id: &str, template: &str) -> Result<(), Error> {
        let refuse = |why: String| {
            Error::new(ErrorKind::Config).with_detail(format!(
                "path override {operation_id} = {template:?}: {why}"
            ))
        };
        let operation = Operation::find(operation_id)
            .ok_or_else(|| refuse("no such operationId".to_owned()))?;
        if !template.starts_with('/') || template.starts_with("//") || template.contains("://") {
            return Err(refuse(
                "a path starts with one slash and names neither scheme nor host".to_owned(),
            ));
        }
        let plain = |c: char| c.is_ascii_graphic() && !matches!(c, '?' | '#' | '\\' | '%');
        if !template.chars().all(plain)
            || template.split('/').any(|part| matches!(part, "." | ".."))
        {
            return Err(refuse(
                "a path has no query, spaces, `.` or `..`".to_owned(),
            ));
        }
        let (mut wanted, mut given) = (placeholders(operation.path), placeholders(template));
        wanted.sort_unstable();
        given.sort_unstable();
        if wanted != given {
            let wanted = match wanted.as_slice() {
                [] => "none".to_owned(),
                names => format!("{{{}}}", names.join("}, {")),
            };
            return Err(refuse(format!(
                "its placeholders must be those of {}: {wanted}",
                operation.path
            )));
        }
        let template = template.to_owned();
        self.0.insert(
            operation.id,
            Override {
                operation,
                template,
            },
        );
        Ok(())
    }

    /// The path template that the operation has by now.
    pub(crate) fn template<'a>(&'a self, operation: &'a Operation) -> &'a str {
        let given = self.0.get(operation.id);
        given.map_or(operation.path, |given| &given.template)
    }

    /// Puts the overriding path into a request of that operation.
    /// The base URL is asked for only where there is one.
    pub(crate) fn apply(
        &self,
        operation_id: &str,
        base: impl FnOnce() -> String,
        request: &mut Request,
    ) {
        let Some(Override {
            operation,
            template,
        }) = self.0.get(operation_id)
        else {
            return;
        };
        let base_path = Url::parse(&base()).map_or_else(
            |_| String::new(),
            |url| url.path().trim_end_matches('/').to_owned(),
        );
        let path = request
            .url()
            .path()
            .strip_prefix(&base_path)
            .unwrap_or_default();
        let values: BTreeMap<&str, &str> = operation
            .path
            .split('/')
            .zip(path.split('/'))
            .filter_map(|(part, value)| Some((placeholder(part)?, value)))
            .collect();
        let path: Vec<&str> = template
            .split('/')
            .map(|part| {
                placeholder(part)
                    .and_then(|name| values.get(name).copied())
                    .unwrap_or(part)
            })
            .collect();
        let path = format!("{base_path}{}", path.join("/"));
        request.url_mut().set_path(&path);
    }
}

fn placeholder(part: &str) -> Option<&str> {
    part.strip_prefix('{')?.strip_suffix('}')
}

fn placeholders(template: &str) -> Vec<&str> {
    template
        .split('/')
        .filter(|part| part.contains(['{', '}']))
        .map(|part| placeholder(part).unwrap_or(part))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(id: &str, template: &str, url: &str) -> String {
        let mut overrides = PathOverrides::default();
        overrides.add(id, template).unwrap();
        let mut request = Request::new(reqwest::Method::GET, url.parse().unwrap());
        let base = || "http://127.0.0.1:1/b/acme".to_owned();
        overrides.apply(id, base, &mut request);
        request.url().to_string()
    }

    #[test]
    fn the_path_changes_and_the_rest_stays() {
        assert_eq!(
            applied(
                "get_product",
                "/v3/items/{id}/full",
                "http://127.0.0.1:1/b/acme/api/v2/products/a%2Fb?x=1"
            ),
            "http://127.0.0.1:1/b/acme/v3/items/a%2Fb/full?x=1"
        );
    }

    #[test]
    fn what_could_name_another_host_or_operation_is_refused() {
        let mut overrides = PathOverrides::default();
        for (id, template) in [
            ("no_such", "/x"),
            ("list_orders", "x"),
            ("list_orders", "//evil.com/x"),
            ("list_orders", "https://evil.com/x"),
            ("list_orders", "/x/{id}"),
            ("list_orders", "/x/../y"),
            ("list_orders", "/x?y"),
            ("get_product", "/x"),
            ("get_product", "/x/{id}/{id}"),
            ("get_product", "/x/a{id}"),
        ] {
            assert!(
                overrides.add(id, template).unwrap_err().is_config(),
                "{id} {template}"
            );
        }
    }
}
