//! Pages of lists.

use std::ops::Range;

use serde_json::Value;

use crate::call::Call;
use crate::data::object;

/// How large pages are when the caller does not say, and at most.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PageLimits {
    pub(crate) default: usize,
    pub(crate) most: usize,
}

/// The page a call asks for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Page {
    number: usize,
    size: usize,
    /// Whether the call named a page or a size.
    pub(crate) asked: bool,
}

impl Page {
    /// A size beyond the most is cut to it; what is not a positive integer has been refused before.
    pub(crate) fn of(call: &Call, limits: PageLimits) -> Self {
        let number =
            |name: &str| -> Option<usize> { call.query(name)?.parse().ok().filter(|n| *n > 0) };
        let (page, size) = (number("page"), number("per_page"));
        Self {
            number: page.unwrap_or(1),
            size: size.unwrap_or(limits.default).clamp(1, limits.most.max(1)),
            asked: page.is_some() || size.is_some(),
        }
    }

    pub(crate) fn range(&self, total: usize) -> Range<usize> {
        let start = (self.number - 1).saturating_mul(self.size).min(total);
        start..start.saturating_add(self.size).min(total)
    }

    pub(crate) fn fits(&self, total: usize) -> bool {
        total <= self.size
    }

    /// The page's elements in the API's envelope.
    pub(crate) fn envelope(&self, total: usize, element: impl FnMut(usize) -> Value) -> Value {
        let items: Vec<Value> = self.range(total).map(element).collect();
        object([
            ("items", items.into()),
            ("pagination", self.pagination(total)),
        ])
    }

    /// The same envelope of elements that are JSON already.
    pub(crate) fn text<'a>(
        &self,
        total: usize,
        element: impl Fn(usize) -> Option<&'a str>,
    ) -> String {
        let items: Vec<&str> = self.range(total).filter_map(element).collect();
        format!(
            r#"{{"items":[{}],"pagination":{}}}"#,
            items.join(","),
            self.pagination(total)
        )
    }

    fn pagination(&self, total: usize) -> Value {
        let count = self.range(total).len();
        let pages = total.div_ceil(self.size).max(1);
        object([
            ("total", total.into()),
            ("count", count.into()),
            ("per_page", self.size.into()),
            ("current_page", self.number.into()),
            ("total_pages", pages.into()),
        ])
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn page(number: usize, size: usize) -> Page {
        Page {
            number,
            size,
            asked: true,
        }
    }

    #[test]
    fn covers_every_element_once() {
        let seen: Vec<usize> = (1..=4).flat_map(|n| page(n, 3).range(10)).collect();
        assert_eq!(seen, (0..10).collect::<Vec<_>>());
        assert_eq!(page(5, 3).range(10), 10..10);
        assert_eq!(page(usize::MAX, usize::MAX).range(10), 10..10);
    }

    #[test]
    fn counts_in_the_envelope() {
        let envelope = page(4, 3).envelope(10, |index| json!(index));
        assert_eq!(
            envelope,
            json!({
                "items": [9],
                "pagination": {"total": 10, "count": 1, "per_page": 3, "current_page": 4, "total_pages": 4}
            })
        );
        let numbers = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
        let text = page(4, 3).text(10, |index| numbers.get(index).copied());
        assert_eq!(text, envelope.to_string());
        assert_eq!(
            page(1, 3).envelope(0, |_| json!(0))["pagination"]["total_pages"],
            1
        );
    }
}
