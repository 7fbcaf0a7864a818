//! What a page says, for the walk through its list.

use std::hash::{DefaultHasher, Hash, Hasher};

use http::HeaderMap;
use http::header::LINK;
use reqwest::Url;
use retm_types::Pagination;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::fingerprint::fingerprint;

/// What the walk knows of a page.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    /// How many elements it has.
    pub(super) len: u64,
    /// Stand for the elements, in their order; none of a page that is read alone.
    pub(super) marks: Vec<u64>,
    /// Whether every element is known by an id.
    pub(super) has_ids: bool,
    pub(super) pagination: Option<Pagination>,
    /// The link to the next page in a header.
    link: Option<String>,
    /// The parameters that the request had already.
    own: Vec<String>,
}

impl Facts {
    /// What a page says of itself.
    pub(crate) fn new(len: usize, pagination: Option<&Pagination>, came: CameWith) -> Self {
        Self {
            len: len as u64,
            marks: Vec::new(),
            has_ids: false,
            pagination: pagination.cloned(),
            link: came.link,
            own: came.own,
        }
    }

    /// The same for a walk, which compares the elements with those of other pages.
    pub(super) fn with_marks(mut self, body: &[u8]) -> Self {
        (self.marks, self.has_ids) = marks(body);
        if self.marks.len() as u64 != self.len {
            // Elements in a form that is read elsewhere alone: they are known by their page.
            let page = fingerprint(body);
            self.marks = (0..self.len).map(|place| hash((page, place))).collect();
            self.has_ids = false;
        }
        self
    }

    fn said<T>(&self, read: impl FnOnce(&Pagination) -> Option<T>) -> Option<T> {
        self.pagination.as_ref().and_then(read)
    }

    /// Whether the server says nothing of pages.
    pub(super) fn is_silent(&self) -> bool {
        self.link.is_none()
            && !self
                .said(|said| Some(said.says_something()))
                .unwrap_or(false)
    }

    pub(super) fn total(&self) -> Option<u64> {
        self.said(Pagination::total)
    }

    pub(super) fn size(&self) -> Option<u64> {
        self.said(Pagination::per_page)
    }

    pub(super) fn current(&self) -> Option<u64> {
        self.said(Pagination::current_page)
    }

    /// Whether the first page says that pages are counted from 0.
    pub(crate) fn counts_from_zero(&self) -> bool {
        self.current() == Some(0)
    }

    /// Whether a page follows, as the server says; `None` if it says neither, or both.
    pub(super) fn tells_next(&self, page: u64, first: u64) -> Option<bool> {
        let body = self.said(|said| said.tells_next_from(page, first));
        match (body, &self.link) {
            (Some(false), Some(_)) => None,
            (_, Some(_)) => Some(true),
            (body, None) => body,
        }
    }

    /// The cursor of the next page.
    pub(super) fn cursor(&self) -> Option<String> {
        self.said(Pagination::next_cursor)
    }

    /// The number of the next page, where the server names it, and what else its link asks for.
    pub(super) fn next(&self) -> (Option<u64>, Vec<(String, String)>) {
        let link = self
            .said(Pagination::next_page_url)
            .or_else(|| self.link.clone());
        let mut number = self.said(Pagination::next_page);
        let mut query = Vec::new();
        for (name, value) in link.as_deref().map(query_of).unwrap_or_default() {
            match name.as_str() {
                "page" => number = value.parse().ok().or(number),
                // Filters and page size are our own, and the resume token must not repeat them.
                _ if self.own.contains(&name) => {}
                _ => query.push((name, value)),
            }
        }
        if let (Some(number), false) = (number, query.is_empty()) {
            query.insert(0, ("page".to_owned(), number.to_string()));
        }
        (number, query)
    }
}

/// What came with a page, and what it was asked with.
pub(crate) struct CameWith {
    link: Option<String>,
    own: Vec<String>,
}

impl CameWith {
    pub(super) fn of(headers: &HeaderMap, own: Vec<String>) -> Self {
        Self {
            link: next_link(headers),
            own,
        }
    }
}

/// The query of a link. Of its host and path nothing is used.
fn query_of(link: &str) -> Vec<(String, String)> {
    let Some((_, query)) = link.split_once('?') else {
        return Vec::new();
    };
    let query = query.split('#').next().unwrap_or_default();
    let Ok(mut url) = Url::parse("http://retm.invalid") else {
        return Vec::new();
    };
    url.set_query(Some(query));
    let pairs = url.query_pairs();
    pairs
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect()
}

/// The target of `Link: <…>; rel="next"`.
fn next_link(headers: &HeaderMap) -> Option<String> {
    let links = headers.get_all(LINK).iter();
    let links = links.filter_map(|value| value.to_str().ok());
    // Commas stand in URLs, too: a link begins with `<`.
    let mut links = links.flat_map(|value| value.split('<').skip(1));
    links.find_map(|link| {
        let (target, parameters) = link.split_once('>')?;
        let is_next = parameters.split([';', ',']).any(|parameter| {
            let Some((name, value)) = parameter.split_once('=') else {
                return false;
            };
            let value = value.trim().trim_matches('"');
            name.trim().eq_ignore_ascii_case("rel")
                && value.split(' ').any(|rel| rel.eq_ignore_ascii_case("next"))
        });
        is_next.then(|| target.to_owned())
    })
}

/// The members that can hold the elements: of a list, or of the list in a category or a group.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    items: Option<&'a RawValue>,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
    #[serde(borrow)]
    products: Option<&'a RawValue>,
}

/// What tells an element from the others. An invoice and its refund may have the same id.
#[derive(Deserialize, Hash)]
struct Named<'a> {
    #[serde(borrow, default, deserialize_with = "text")]
    id: Option<&'a str>,
    #[serde(borrow, default, deserialize_with = "text")]
    uuid: Option<&'a str>,
    #[serde(borrow, default, deserialize_with = "text")]
    invoice_id: Option<&'a str>,
    #[serde(borrow, default, deserialize_with = "text")]
    event: Option<&'a str>,
}

fn text<'de, D: serde::Deserializer<'de>>(value: D) -> Result<Option<&'de str>, D::Error> {
    let value = Option::<&RawValue>::deserialize(value)?;
    Ok(value.map(RawValue::get).filter(|text| *text != "\"\""))
}

/// Stand for the elements of a page: by their ids, so that an element that changes stays the same; else by all that they
/// show. And whether every element has an id.
fn marks(body: &[u8]) -> (Vec<u64>, bool) {
    let Some(elements) = elements(body) else {
        return (Vec::new(), false);
    };
    if let Ok(named) = serde_json::from_slice::<Vec<Named<'_>>>(elements)
        && named.iter().all(Named::has_id)
    {
        return (named.iter().map(hash).collect(), true);
    }
    let elements = serde_json::from_slice::<Vec<&RawValue>>(elements).unwrap_or_default();
    let mark = |element: &&RawValue| match serde_json::from_str::<Named<'_>>(element.get()) {
        Ok(named) if named.has_id() => hash(&named),
        _ => hash(element.get()),
    };
    (elements.iter().map(mark).collect(), false)
}

impl Named<'_> {
    fn has_id(&self) -> bool {
        self.id.is_some() || self.uuid.is_some() || self.invoice_id.is_some()
    }
}

fn hash(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// The array of the elements.
fn elements(body: &[u8]) -> Option<&[u8]> {
    let body = body
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(body)
        .trim_ascii();
    if body.first() != Some(&b'{') {
        return Some(body);
    }
    let envelope: Envelope<'_> = serde_json::from_slice(body).ok()?;
    let members = [envelope.items, envelope.data, envelope.products];
    let mut members = members.into_iter().flatten();
    let is_list = |member: &&RawValue| member.get().starts_with(['[', '{']);
    elements(members.find(is_list)?.get().as_bytes())
}
