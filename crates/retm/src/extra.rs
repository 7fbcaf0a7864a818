//! Members of a request body that the spec does not have.

use http::Method;
use retm_types::JsonObject;
use serde_json::value::RawValue;

use crate::error::{Error, ErrorKind};

/// A member to add: its name, or a JSON pointer to it, and its value.
pub(crate) type Extra = (String, Box<RawValue>);

/// Adds members to a JSON body. All other members stay as they are, digit by digit.
///
/// # Errors
///
/// [`ErrorKind::InvalidRequest`] if there is no object at that place or the member is there already.
pub(crate) fn add(body: &[u8], extras: &[Extra]) -> Result<Vec<u8>, Error> {
    let mut body: Box<RawValue> =
        serde_json::from_slice(body).map_err(|_| refused("", "the request has no JSON body"))?;
    for (name, value) in extras {
        let steps: Vec<String> = match name.strip_prefix('/') {
            Some(pointer) => pointer.split('/').map(unescaped).collect(),
            None => vec![name.clone()],
        };
        body = with(&body, &steps, value).map_err(|why| refused(name, why))?;
    }
    Ok(Box::<str>::from(body).into_string().into_bytes())
}

/// The error for an extra member of a call that has no body.
pub(crate) fn no_body(method: &Method) -> Error {
    refused("", &format!("a {method} request has no body to add it to"))
}

fn refused(name: &str, why: &str) -> Error {
    Error::new(ErrorKind::InvalidRequest).with_detail(format!("extra member {name:?}: {why}"))
}

fn unescaped(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}

fn with(
    value: &RawValue,
    steps: &[String],
    extra: &RawValue,
) -> Result<Box<RawValue>, &'static str> {
    const NOWHERE: &str = "the body has no object at that place";
    let raw = |value: Result<Box<RawValue>, serde_json::Error>| value.map_err(|_| NOWHERE);
    let (step, rest) = steps.split_first().ok_or(NOWHERE)?;
    match value.get().as_bytes().first() {
        Some(b'{') => {
            let mut object: JsonObject = serde_json::from_str(value.get()).map_err(|_| NOWHERE)?;
            let member = match (object.get(step), rest) {
                (None, []) => extra.to_owned(),
                (Some(_), []) => return Err("the spec has this member: set it by its own setter"),
                (Some(member), _) => with(member, rest, extra)?,
                (None, _) => return Err(NOWHERE),
            };
            object.insert(step.as_str(), member);
            raw(serde_json::value::to_raw_value(&object))
        }
        Some(b'[') if !rest.is_empty() => {
            let mut elements: Vec<Box<RawValue>> =
                serde_json::from_str(value.get()).map_err(|_| NOWHERE)?;
            let at: usize = step.parse().map_err(|_| NOWHERE)?;
            let element = elements.get_mut(at).ok_or(NOWHERE)?;
            *element = with(element, rest, extra)?;
            raw(serde_json::value::to_raw_value(&elements))
        }
        _ => Err(NOWHERE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn added(extras: &[(&str, &str)]) -> Result<String, String> {
        let extras: Vec<Extra> = extras
            .iter()
            .map(|(name, value)| ((*name).to_owned(), serde_json::from_str(value).unwrap()))
            .collect();
        let body = br#"{"total": 22.000, "products": [{"id": "a", "quantity": 1.50}]}"#;
        match add(body, &extras) {
            Ok(body) => Ok(String::from_utf8(body).unwrap()),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn members_are_added_and_no_digit_changes() {
        assert_eq!(
            added(&[
                ("source", "\"web\""),
                ("/products/0/colour", "[1.10]"),
                ("a~b", "1")
            ])
            .unwrap(),
            r#"{"total":22.000,"products":[{"id":"a","quantity":1.50,"colour":[1.10]}],"source":"web","a~b":1}"#
        );
    }

    #[test]
    fn a_member_that_is_there_or_has_no_place_is_refused() {
        insta::assert_snapshot!(added(&[("total", "1")]).unwrap_err(), @r#"bad request: extra member "total": the spec has this member: set it by its own setter. Correct the argument; nothing was sent."#);
        insta::assert_snapshot!(added(&[("/products/7/x", "1")]).unwrap_err(), @r#"bad request: extra member "/products/7/x": the body has no object at that place. Correct the argument; nothing was sent."#);
        for name in ["/products/0", "/total/x", "/products/-/x", "/none/x"] {
            assert!(added(&[(name, "1")]).is_err(), "{name}");
        }
    }
}
