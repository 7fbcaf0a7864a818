//! Lists in any of the envelopes that the API is known or thought to use.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeOwned, Error as _, MapAccess, SeqAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::envelope::{self, DATA, ITEMS, PAGINATION};
use crate::json::{self, Token};
use crate::{Broken, Items, Pagination, pass, raw};

/// How a list is wrapped on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ListingForm {
    /// `[…]`, as charges are.
    Bare,
    /// `{"items": […], "pagination": {…}?}`, as invoices and a category's products are.
    Items,
    /// `{"data": […]}`, with `pagination`, `meta` or neither (assumed).
    Data,
    /// The flat Laravel paginator: `{"data": […], "current_page": 1, "last_page": 3, …}` (assumed).
    Paginator,
}

/// A page of a list, whatever envelope it came in.
///
/// Decodes every [`ListingForm`], element by element as [`Items`] does, and writes back the one it read, members unknown
/// here included. A list without pagination is one page.
#[derive(Clone)]
pub struct Listing<T> {
    items: Items<T>,
    pagination: Option<Pagination>,
    form: ListingForm,
    /// The envelope's members in order; none for a bare array.
    members: Vec<Member>,
}

#[derive(Clone)]
enum Member {
    Elements(String),
    /// `pagination`, where it is an object.
    Pagination,
    Other(String, Box<RawValue>),
}

impl<T> Listing<T> {
    /// A whole list, as `{"items": […]}`.
    pub fn new(items: impl Into<Items<T>>) -> Self {
        Self::in_form(ListingForm::Items, items, None)
    }

    /// A whole list, as a bare array.
    pub fn bare(items: impl Into<Items<T>>) -> Self {
        Self::in_form(ListingForm::Bare, items, None)
    }

    /// A page of a list, as `{"items": […], "pagination": {…}}`.
    pub fn paged(items: impl Into<Items<T>>, pagination: Pagination) -> Self {
        Self::in_form(ListingForm::Items, items, Some(pagination))
    }

    /// A page in any envelope. A bare array has no place for a pagination: it is dropped.
    pub fn in_form(
        form: ListingForm,
        items: impl Into<Items<T>>,
        pagination: Option<Pagination>,
    ) -> Self {
        let elements = |key: &str| Member::Elements(key.to_owned());
        let mut members = match form {
            ListingForm::Bare => Vec::new(),
            ListingForm::Items => vec![elements(ITEMS)],
            ListingForm::Data | ListingForm::Paginator => vec![elements(DATA)],
        };
        let pagination = pagination.filter(|_| form != ListingForm::Bare);
        match (&pagination, form) {
            (Some(pagination), ListingForm::Paginator) => {
                members.extend(
                    pagination
                        .members()
                        .iter()
                        .map(|(name, value)| Member::Other(name.to_owned(), value.to_owned())),
                );
            }
            (Some(_), _) => members.push(Member::Pagination),
            (None, _) => {}
        }
        Self {
            items: items.into(),
            pagination,
            form,
            members,
        }
    }

    /// The elements of this page.
    pub fn items(&self) -> &Items<T> {
        &self.items
    }

    /// The elements of this page, owned.
    pub fn into_items(self) -> Items<T> {
        self.items
    }

    /// The elements of this page and where it stands, owned.
    pub fn into_parts(self) -> (Items<T>, Option<Pagination>) {
        (self.items, self.pagination)
    }

    /// The elements of this page that did not decode.
    pub fn broken(&self) -> &[Broken] {
        self.items.broken()
    }

    /// Where this page stands, where the server says so: from `pagination`, `meta.pagination`, `meta` or the envelope.
    pub fn pagination(&self) -> Option<&Pagination> {
        self.pagination.as_ref()
    }

    /// The envelope.
    pub fn form(&self) -> ListingForm {
        self.form
    }

    /// Whether a page follows the one with this number (from 1), by the server's word; see [`Pagination::has_next`].
    pub fn has_next(&self, page: u64) -> bool {
        self.pagination
            .as_ref()
            .is_some_and(|pagination| pagination.has_next(page))
    }
}

impl<T: DeserializeOwned> Listing<T> {
    /// Decodes a list whose text is at hand.
    fn from_text(text: &str) -> Result<Self, String> {
        match pass::quickly(|| serde_json::from_str(text)) {
            Ok(listing) => Ok(listing),
            Err(_) => pass::thoroughly(|| Self::from_token(&Token::new(text)?)),
        }
    }

    fn from_token(token: &Token<'_>) -> Result<Self, String> {
        match token {
            Token::Array(array) => Items::from_array(array).map(Self::bare),
            Token::Object(object) => Self::from_members(json::Members::of(object)?),
            other => Err(other.unexpected("a list: an array, or an object with items or data")),
        }
    }

    fn from_members(members: Vec<(Cow<'_, str>, &RawValue)>) -> Result<Self, String> {
        let (at, items) = envelope::elements(&members)?;
        Ok(Self::put_together(at, items, &members))
    }
}

impl<T> Listing<T> {
    /// A list from its elements and the members of its envelope; the value of the member that stands `at` is not looked at.
    fn put_together(at: usize, items: Items<T>, members: &[(Cow<'_, str>, &RawValue)]) -> Self {
        let (pagination, own) = envelope::pagination(members);
        let is_data = members.get(at).is_some_and(|(key, _)| key == DATA);
        let form = match is_data {
            true if Pagination::is_flat(members) => ListingForm::Paginator,
            true => ListingForm::Data,
            false => ListingForm::Items,
        };
        let members = members
            .iter()
            .enumerate()
            .map(|(index, (key, value))| {
                let key = || key.clone().into_owned();
                if index == at {
                    Member::Elements(key())
                } else if Some(index) == own {
                    Member::Pagination
                } else {
                    Member::Other(key(), (*value).to_owned())
                }
            })
            .collect();
        Self {
            items,
            pagination,
            form,
            members,
        }
    }
}

/// In the quick pass: the elements straight from the input, where the envelope is a plain one.
struct Whole<T>(PhantomData<T>);

impl<'de, T: DeserializeOwned> Visitor<'de> for Whole<T> {
    type Value = Listing<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, elements: A) -> Result<Self::Value, A::Error> {
        Items::in_sequence(elements).map(Listing::bare)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        let mut members: Vec<(String, Box<RawValue>)> = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            if key != ITEMS && key != DATA {
                members.push((key, map.next_value()?));
                continue;
            }
            // Which of two is meant, and what null stands for, needs to know all members.
            if found.is_some() {
                return Err(A::Error::custom("two members that may hold the elements"));
            }
            let Some(items) = map.next_value()? else {
                return Err(A::Error::custom("no elements"));
            };
            found = Some((members.len(), items));
            members.push((key, RawValue::NULL.to_owned()));
        }
        let Some((at, items)) = found else {
            return Err(A::Error::custom("no elements"));
        };
        let members: Vec<_> = members
            .iter()
            .map(|(key, value)| (Cow::Borrowed(key.as_str()), &**value))
            .collect();
        Ok(Listing::put_together(at, items, &members))
    }
}

impl<T> Default for Listing<T> {
    /// An empty list, as `{"items": []}`.
    fn default() -> Self {
        Self::new(Items::new())
    }
}

impl<T> From<Vec<T>> for Listing<T> {
    fn from(items: Vec<T>) -> Self {
        Self::new(items)
    }
}

impl<T: fmt::Debug> fmt::Debug for Listing<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listing")
            .field("items", &self.items)
            .field("pagination", &self.pagination)
            .field("form", &self.form)
            .finish_non_exhaustive()
    }
}

impl<T: PartialEq> PartialEq for Listing<T> {
    fn eq(&self, other: &Self) -> bool {
        self.form == other.form
            && self.items == other.items
            && self.pagination == other.pagination
            && self.members == other.members
    }
}

impl PartialEq for Member {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Elements(key), Self::Elements(other)) => key == other,
            (Self::Pagination, Self::Pagination) => true,
            (Self::Other(key, value), Self::Other(other, other_value)) => {
                key == other && value.get() == other_value.get()
            }
            _ => false,
        }
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Listing<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if pass::is_quick() {
            return deserializer.deserialize_any(Whole(PhantomData));
        }
        Self::from_text(&raw::text(deserializer)?).map_err(D::Error::custom)
    }
}

impl<T: Serialize> Serialize for Listing<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.form == ListingForm::Bare {
            return self.items.serialize(serializer);
        }
        let mut map = serializer.serialize_map(Some(self.members.len()))?;
        for member in &self.members {
            match member {
                Member::Elements(key) => map.serialize_entry(key, &self.items)?,
                Member::Pagination => map.serialize_entry(PAGINATION, &self.pagination)?,
                Member::Other(key, value) => map.serialize_entry(key, value)?,
            }
        }
        map.end()
    }
}
