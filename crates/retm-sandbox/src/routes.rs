//! From a method and a path to an operation of the spec.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use crate::operation::Operation;

/// The routes of one sandbox.
#[derive(Debug)]
pub(crate) struct Routes {
    routes: Vec<Route>,
}

#[derive(Debug)]
struct Route {
    operation: &'static Operation,
    segments: Vec<Segment>,
}

#[derive(Debug)]
enum Segment {
    Literal(String),
    Placeholder(String),
}

/// What a request's path means.
#[derive(Debug)]
pub(crate) enum Found {
    Operation(&'static Operation, Vec<(String, String)>),
    /// The path exists for these methods only.
    OtherMethods(String),
    Nothing,
}

impl Routes {
    /// The routes of all operations. `moved` gives some of them another path template.
    pub(crate) fn new(operations: &'static [Operation], moved: &[(String, String)]) -> Self {
        let mut routes: Vec<Route> = operations
            .iter()
            .map(|operation| {
                let template = moved
                    .iter()
                    .rev()
                    .find(|(id, _)| id == operation.id())
                    .map_or(operation.path(), |(_, template)| template);
                Route {
                    operation,
                    segments: segments(template),
                }
            })
            .collect();
        // `products/list` before `products/{id}`: a stable sort by where the placeholders stand.
        routes.sort_by_key(|route| {
            route
                .segments
                .iter()
                .map(|segment| matches!(segment, Segment::Placeholder(_)))
                .collect::<Vec<_>>()
        });
        Self { routes }
    }

    pub(crate) fn find(&self, method: &str, path: &str) -> Found {
        let parts: Vec<Cow<'_, str>> = path
            .trim_start_matches('/')
            .split('/')
            .map(|part| percent_decode_str(part).decode_utf8_lossy())
            .collect();
        let mut methods: Vec<&str> = Vec::new();
        for route in &self.routes {
            let Some(parameters) = route.parameters(&parts) else {
                continue;
            };
            if route.operation.method() == method {
                return Found::Operation(route.operation, parameters);
            }
            methods.push(route.operation.method());
        }
        if methods.is_empty() {
            Found::Nothing
        } else {
            methods.dedup();
            Found::OtherMethods(methods.join(", "))
        }
    }
}

impl Route {
    fn parameters(&self, parts: &[Cow<'_, str>]) -> Option<Vec<(String, String)>> {
        if parts.len() != self.segments.len() {
            return None;
        }
        let mut parameters = Vec::new();
        for (segment, part) in self.segments.iter().zip(parts) {
            match segment {
                Segment::Literal(literal) if literal == part => {}
                Segment::Placeholder(name) if !part.is_empty() => {
                    parameters.push((name.clone(), part.clone().into_owned()));
                }
                _ => return None,
            }
        }
        Some(parameters)
    }
}

fn segments(template: &str) -> Vec<Segment> {
    template
        .trim_start_matches('/')
        .split('/')
        .map(|part| {
            match part
                .strip_prefix('{')
                .and_then(|part| part.strip_suffix('}'))
            {
                Some(name) => Segment::Placeholder(name.to_owned()),
                None => Segment::Literal(part.to_owned()),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::Spec;

    fn find(method: &str, path: &str) -> String {
        let moved = [("list_orders".to_owned(), "/api/v3/orders".to_owned())];
        let routes = Routes::new(Spec::embedded().unwrap().operations(), &moved);
        match routes.find(method, path) {
            Found::Operation(operation, parameters) => {
                let values: Vec<_> = parameters.into_iter().map(|(_, value)| value).collect();
                format!("{} [{}]", operation.id(), values.join(","))
            }
            Found::OtherMethods(methods) => format!("only {methods}"),
            Found::Nothing => "nothing".to_owned(),
        }
    }

    #[test]
    fn literals_win_over_placeholders() {
        assert_eq!(find("GET", "/api/v2/products/list"), "list_products []");
        assert_eq!(
            find("GET", "/api/v2/products/simple-list"),
            "list_simple_products []"
        );
        assert_eq!(find("GET", "/api/v2/products/01GZ"), "get_product [01GZ]");
        assert_eq!(
            find("GET", "/api/v2/products/a%2Fb%20c"),
            "get_product [a/b c]"
        );
    }

    #[test]
    fn tells_a_wrong_method_from_a_wrong_path() {
        assert_eq!(find("GET", "/api/v2/orders/create"), "only POST");
        assert_eq!(find("GET", "/api/v2/nonsense"), "nothing");
        assert_eq!(find("GET", "/api/v2/products/"), "nothing");
    }

    #[test]
    fn an_operation_can_be_moved() {
        assert_eq!(find("GET", "/api/v3/orders"), "list_orders []");
        assert_eq!(find("GET", "/api/v2/orders/list"), "nothing");
    }
}
