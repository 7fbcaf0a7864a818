//! The way from the root to a value.

use std::borrow::Cow;
use std::fmt::Write as _;

/// One step into a value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Step<'t> {
    Member(Cow<'t, str>),
    Element(usize),
}

/// As an error names it: `items[3].total`.
pub(super) fn path(steps: &[Step<'_>]) -> String {
    let mut path = String::new();
    for step in steps {
        // Writing to memory does not fail.
        let _ = match step {
            Step::Member(name) if path.is_empty() => write!(path, "{name}"),
            Step::Member(name) => write!(path, ".{name}"),
            Step::Element(index) => write!(path, "[{index}]"),
        };
    }
    path
}

/// As a JSON pointer: `/items/3/total`.
pub(super) fn pointer(steps: &[Step<'_>]) -> String {
    let mut pointer = String::new();
    for step in steps {
        let _ = match step {
            Step::Member(name) if name.contains(['~', '/']) => {
                write!(pointer, "/{}", name.replace('~', "~0").replace('/', "~1"))
            }
            Step::Member(name) => write!(pointer, "/{name}"),
            Step::Element(index) => write!(pointer, "/{index}"),
        };
    }
    pointer
}

/// A reason without the place that a type which reads texts has written before it, where the steps say it already.
pub(super) fn without_place(reason: String, steps: &[Step<'_>]) -> String {
    let mut rest = reason.as_str();
    for from in 0..steps.len() {
        let place = path(steps.get(from..).unwrap_or_default());
        if let Some(after) = rest
            .strip_prefix(&place)
            .and_then(|rest| rest.strip_prefix(": "))
        {
            return after.to_owned();
        }
        if let Some(Step::Member(name)) = steps.get(from)
            && let Some(after) = rest
                .strip_prefix(&**name)
                .and_then(|rest| rest.strip_prefix(": "))
        {
            rest = after;
        }
    }
    rest.to_owned()
}

#[cfg(test)]
mod tests {
    use super::{Step, path, pointer, without_place};

    #[test]
    fn a_place_is_written_as_path_and_as_pointer() {
        let steps = [
            Step::Member("items".into()),
            Step::Element(3),
            Step::Member("a/b~".into()),
        ];
        assert_eq!(path(&steps), "items[3].a/b~");
        assert_eq!(pointer(&steps), "/items/3/a~1b~0");
        assert_eq!((path(&[]), pointer(&[])), (String::new(), String::new()));
    }

    #[test]
    fn a_place_is_said_once() {
        let steps = [Step::Member("tax".into()), Step::Member("value".into())];
        for reason in ["tax.value: odd", "value: odd", "tax: value: odd", "odd"] {
            assert_eq!(without_place(reason.to_owned(), &steps), "odd");
        }
        assert_eq!(without_place("items: odd".to_owned(), &steps), "items: odd");
    }
}
