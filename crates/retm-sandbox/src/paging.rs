//! Ways in which a server may page: what it says of its pages, and what it does with them.

use std::fmt;
use std::str::FromStr;

use serde_json::{Value, json};

use crate::answer::Answer;
use crate::call::Call;
use crate::refuse;

macro_rules! modes {
    ($($(#[doc = $doc:literal])* $mode:ident: $name:literal;)*) => {
        /// How lists are paged, in place of the documented way: a form says what the answers say of pages, all others say what
        /// the server does. One form and any of the others combine.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ListMode {
            $($(#[doc = $doc])* $mode,)*
        }

        impl ListMode {
            /// Every mode.
            pub const ALL: &[Self] = &[$(Self::$mode),*];

            /// Its name, such as `cut-size`.
            pub fn name(self) -> &'static str {
                match self { $(Self::$mode => $name,)* }
            }

            /// What it is, in a line.
            pub fn summary(self) -> &'static str {
                match self { $(Self::$mode => concat!($($doc),*).trim_ascii(),)* }
            }
        }
    };
}

modes! {
    /// form: `{data, current_page, last_page, per_page, total, next_page_url}`
    Laravel: "laravel";
    /// form: `{data, links {next}, meta {current_page, last_page, per_page, total}}`
    Meta: "meta";
    /// form: `pagination {from, to, per, total, current, path}`
    FromTo: "from-to";
    /// form: `pagination {count, total, perPage, currentPage, totalPages, links {next}}`
    CamelCase: "camel-case";
    /// form: `pagination {total, count}`
    TotalCount: "total-count";
    /// form: `pagination {has_more, current_page}`
    HasMore: "has-more";
    /// form: `pagination {has_more, current_page}` and `next_cursor` beside the items; pages are asked for by `cursor`
    Cursor: "cursor";
    /// form: `pagination {current_page, total_pages}`, counted from 0
    FromZero: "from-zero";
    /// form: `pagination {current_page, per_page}`
    SizeOnly: "size-only";
    /// form: a bare array and a `Link` header
    LinkHeader: "link-header";
    /// form: `{items}`, which says nothing of pages
    ItemsOnly: "items-only";
    /// form: a bare array, which says nothing of pages
    Bare: "bare";
    /// pages have 20 elements at most, whatever is asked for and said
    CutSize: "cut-size";
    /// every page is the first one
    IgnorePage: "ignore-page";
    /// the second page comes again as the third
    RepeatPage: "repeat-page";
    /// the second page is left out
    DropPage: "drop-page";
    /// the second page is empty and those behind it move on
    EmptyPage: "empty-page";
    /// the second page is 7 elements short
    ShortPage: "short-page";
    /// from the third on pages are empty
    EndEarly: "end-early";
    /// 404 behind the last page
    NotFoundBehind: "not-found-behind";
    /// every element changes at every request
    Changing: "changing";
}

impl fmt::Display for ListMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for ListMode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut modes = Self::ALL.iter().copied();
        modes.find(|mode| mode.name() == text).ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.iter().map(|mode| mode.name()).collect();
            format!("the modes are {}", names.join(", "))
        })
    }
}

impl ListMode {
    /// Whether it is a form, which replaces another one.
    fn is_form(self) -> bool {
        self.summary().starts_with("form")
    }
}

/// The most elements of a page that is cut.
const CUT: usize = 20;
/// How many elements a short page lacks.
const LACKS: usize = 7;

/// The modes of a sandbox.
#[derive(Clone, Debug, Default)]
pub(crate) struct ListModes(Vec<ListMode>);

/// What a page says of itself.
struct Page {
    items: Vec<Value>,
    total: usize,
    size: usize,
    number: usize,
    pages: usize,
}

/// A call as it is served, and the page that it asked for.
pub(crate) struct Served {
    pub(crate) call: Call,
    asked: usize,
    size: Option<usize>,
}

impl ListModes {
    pub(crate) fn add(&mut self, mode: ListMode) {
        if mode.is_form() {
            self.0.retain(|other| !other.is_form());
        }
        self.0.push(mode);
    }

    fn has(&self, mode: ListMode) -> bool {
        self.0.contains(&mode)
    }

    fn form(&self) -> Option<ListMode> {
        self.0.iter().copied().find(|mode| mode.is_form())
    }

    /// The call that is served in place of this one; `None` if the operation has no pages or is served as documented.
    pub(crate) fn before(&self, call: &Call) -> Option<Served> {
        let is_paged = call
            .operation
            .query()
            .iter()
            .any(|rule| rule.name == "page");
        if self.0.is_empty() || !is_paged {
            return None;
        }
        let number = |name: &str| -> Option<usize> { call.query(name)?.parse().ok() };
        let asked = match self.form() {
            Some(ListMode::Cursor) => {
                let cursor = call
                    .query("cursor")
                    .and_then(|cursor| cursor.strip_prefix('c'));
                cursor.and_then(|cursor| cursor.parse().ok()).unwrap_or(1)
            }
            Some(ListMode::FromZero) => number("page").map_or(1, |page| page.saturating_add(1)),
            _ => number("page").unwrap_or(1),
        };
        let shown = match asked {
            _ if self.has(ListMode::IgnorePage) => 1,
            3 if self.has(ListMode::RepeatPage) => 2,
            2.. if self.has(ListMode::DropPage) => asked.saturating_add(1),
            3.. if self.has(ListMode::EmptyPage) => asked - 1,
            _ => asked,
        };
        let size = number("per_page");
        let mut served = call.clone();
        served.query.retain(|(name, _)| name != "page");
        served.query.push(("page".to_owned(), shown.to_string()));
        if self.has(ListMode::CutSize) {
            let cut = size.unwrap_or(CUT).min(CUT);
            served.query.retain(|(name, _)| name != "per_page");
            served.query.push(("per_page".to_owned(), cut.to_string()));
        }
        Some(Served {
            call: served,
            asked,
            size,
        })
    }

    /// The answer as the modes have it. `request` numbers the request.
    pub(crate) fn after(&self, answer: Answer, served: &Served, request: u64) -> Answer {
        let Ok(mut body) = serde_json::from_slice::<Value>(&answer.body) else {
            return answer;
        };
        let is_nested = body["products"]["items"].is_array();
        let list = match is_nested {
            true => &mut body["products"],
            false => &mut body,
        };
        let Some(page) = self.page(list, served, request) else {
            return answer;
        };
        if self.has(ListMode::NotFoundBehind) && page.number > page.pages {
            return refuse::not_found("There is no such page.");
        }
        let header = (self.form() == Some(ListMode::LinkHeader) && page.number < page.pages)
            .then(|| format!("<{}>; rel=\"next\"", link(page.number + 1)));
        *list = self.envelope(page);
        let answer = Answer::json(answer.status, &body);
        match header {
            Some(link) => answer.header("link", link),
            None => answer,
        }
    }

    /// The page as it is shown, from the documented envelope.
    fn page(&self, list: &mut Value, served: &Served, request: u64) -> Option<Page> {
        let said = |name: &str| {
            let number = list["pagination"][name].as_u64();
            number.and_then(|number| usize::try_from(number).ok())
        };
        let (total, size, pages) = (said("total")?, said("per_page")?, said("total_pages")?);
        let mut items = match list["items"].take() {
            Value::Array(items) => items,
            _ => return None,
        };
        let number = served.asked;
        match number {
            2 if self.has(ListMode::EmptyPage) => items.clear(),
            2 if self.has(ListMode::ShortPage) => items.truncate(items.len().saturating_sub(LACKS)),
            3.. if self.has(ListMode::EndEarly) => items.clear(),
            _ => {}
        }
        if self.has(ListMode::Changing) {
            for item in &mut items {
                item["changed"] = request.into();
            }
        }
        Some(Page {
            items,
            total,
            size: served.size.unwrap_or(size),
            number,
            pages: pages + usize::from(self.has(ListMode::EmptyPage)),
        })
    }

    fn envelope(&self, page: Page) -> Value {
        let Page {
            items,
            total,
            size,
            number,
            pages,
        } = page;
        let count = items.len();
        let has_more = number < pages;
        let next = has_more.then(|| link(number + 1));
        let from = (number - 1).saturating_mul(size) + 1;
        let to = from.saturating_add(count).saturating_sub(1);
        match self.form() {
            None => json!({"items": items, "pagination": {
                "total": total, "count": count, "per_page": size, "current_page": number, "total_pages": pages,
            }}),
            Some(ListMode::Laravel) => json!({
                "data": items, "current_page": number, "last_page": pages, "per_page": size, "total": total,
                "next_page_url": next,
            }),
            Some(ListMode::Meta) => json!({"data": items, "links": {"next": next}, "meta": {
                "current_page": number, "last_page": pages, "per_page": size, "total": total, "from": from, "to": to,
            }}),
            Some(ListMode::FromTo) => json!({"items": items, "pagination": {
                "from": from, "to": to, "per": size, "total": total, "current": number, "path": "/list",
            }}),
            Some(ListMode::CamelCase) => json!({"items": items, "pagination": {
                "count": count, "total": total, "perPage": size, "currentPage": number, "totalPages": pages,
                "links": {"next": next},
            }}),
            Some(ListMode::TotalCount) => {
                json!({"items": items, "pagination": {"total": total, "count": count}})
            }
            Some(ListMode::HasMore) => {
                json!({"items": items, "pagination": {"has_more": has_more, "current_page": number}})
            }
            Some(ListMode::Cursor) => json!({
                "items": items, "pagination": {"has_more": has_more, "current_page": number},
                "next_cursor": has_more.then(|| format!("c{}", number + 1)),
            }),
            Some(ListMode::FromZero) => {
                json!({"items": items, "pagination": {"current_page": number - 1, "total_pages": pages}})
            }
            Some(ListMode::SizeOnly) => {
                json!({"items": items, "pagination": {"current_page": number, "per_page": size}})
            }
            Some(ListMode::ItemsOnly) => json!({"items": items}),
            // A bare array, with or without its header.
            Some(_) => items.into(),
        }
    }
}

/// A link to a page, at a host that is not to be called.
fn link(page: usize) -> String {
    format!("https://elsewhere.invalid/list?page={page}")
}
