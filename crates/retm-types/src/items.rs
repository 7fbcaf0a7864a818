//! Arrays of which one broken element does not lose the rest.

use std::borrow::Borrow;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use serde::de::{DeserializeOwned, SeqAccess, Visitor};
use serde::ser::SerializeSeq;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Broken;
use crate::decode::decode_str;
use crate::json::{self, Token};
use crate::pass;

/// The elements of an array, the good ones decoded and the broken ones kept beside them.
///
/// It stands for a slice of the good ones, so `iter`, `len` and `first` speak of those; [`broken`](Self::broken) has the
/// rest, each with its place, the reason and its JSON. Null reads as an empty array. Written back with every element in its
/// place, broken ones as they were received.
///
/// Decodes JSON only, from a slice, a string, a reader or a `serde_json::Value`.
#[derive(Clone, Debug, PartialEq)]
pub struct Items<T> {
    good: Vec<T>,
    /// In ascending order of the index.
    broken: Vec<Broken>,
}

impl<T> Items<T> {
    /// No elements.
    pub fn new() -> Self {
        Self {
            good: Vec::new(),
            broken: Vec::new(),
        }
    }

    /// The elements that did not decode, in the order received.
    pub fn broken(&self) -> &[Broken] {
        &self.broken
    }

    /// Whether every element decoded.
    pub fn is_complete(&self) -> bool {
        self.broken.is_empty()
    }

    /// How many elements the array has, broken ones included.
    pub fn total(&self) -> usize {
        self.good.len() + self.broken.len()
    }

    /// Adds an element at the end.
    pub fn push(&mut self, element: T) {
        self.good.push(element);
    }

    /// The good elements. The broken ones are dropped; see [`into_parts`](Self::into_parts).
    pub fn into_vec(self) -> Vec<T> {
        self.good
    }

    /// The good elements and the broken ones.
    pub fn into_parts(self) -> (Vec<T>, Vec<Broken>) {
        (self.good, self.broken)
    }

    /// All elements in the order received, the broken ones as errors.
    pub fn results(&self) -> impl Iterator<Item = Result<&T, &Broken>> {
        interleave(self.good.iter(), self.broken.iter())
    }

    /// All elements in the order received, the broken ones as errors.
    pub fn into_results(self) -> impl Iterator<Item = Result<T, Broken>> {
        interleave(self.good.into_iter(), self.broken.into_iter())
    }
}

fn interleave<G, B: Borrow<Broken>>(
    mut good: impl Iterator<Item = G>,
    broken: impl Iterator<Item = B>,
) -> impl Iterator<Item = Result<G, B>> {
    let mut broken = broken.peekable();
    let mut index = 0;
    std::iter::from_fn(move || {
        let element = match broken.next_if(|broken| broken.borrow().index() <= index) {
            Some(broken) => Some(Err(broken)),
            None => good.next().map(Ok).or_else(|| broken.next().map(Err)),
        };
        index += 1;
        element
    })
}

impl<T: DeserializeOwned> Items<T> {
    /// Decodes an array that serde_json has scanned already.
    pub(crate) fn from_array(array: &str) -> Result<Self, String> {
        // Most arrays are whole: no element is looked at twice then.
        if let Ok(good) = pass::quickly(|| serde_json::from_str(array)) {
            return Ok(Self {
                good,
                broken: Vec::new(),
            });
        }
        let mut items = Self::new();
        for (index, element) in json::elements(array)?.into_iter().enumerate() {
            match decode_str(element.get()) {
                Ok(good) => items.good.push(good),
                Err(error) => items
                    .broken
                    .push(Broken::new(index, error, element.to_owned())),
            }
        }
        Ok(items)
    }

    /// Decodes what stands where an array is expected.
    pub(crate) fn from_token(token: &Token<'_>) -> Result<Self, String> {
        match token {
            Token::Null => Ok(Self::new()),
            Token::Array(array) => Self::from_array(array),
            other => Err(other.unexpected("an array")),
        }
    }
}

impl<T> Default for Items<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Deref for Items<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.good
    }
}

impl<T> DerefMut for Items<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.good
    }
}

impl<T> AsRef<[T]> for Items<T> {
    fn as_ref(&self) -> &[T] {
        &self.good
    }
}

impl<T> From<Vec<T>> for Items<T> {
    fn from(good: Vec<T>) -> Self {
        Self {
            good,
            broken: Vec::new(),
        }
    }
}

impl<T> From<Items<T>> for Vec<T> {
    fn from(items: Items<T>) -> Self {
        items.good
    }
}

impl<T> FromIterator<T> for Items<T> {
    fn from_iter<I: IntoIterator<Item = T>>(elements: I) -> Self {
        Vec::from_iter(elements).into()
    }
}

impl<T> Extend<T> for Items<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, elements: I) {
        self.good.extend(elements);
    }
}

impl<T> IntoIterator for Items<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    /// The good elements. The broken ones are dropped; see [`into_results`](Items::into_results).
    fn into_iter(self) -> Self::IntoIter {
        self.good.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Items<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.good.iter()
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Items<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if pass::is_quick() {
            return deserializer.deserialize_any(Whole(PhantomData));
        }
        json::read(deserializer, |token| Self::from_token(&token))
    }
}

impl<T> Items<T> {
    /// Reads elements of which none may be broken.
    pub(crate) fn in_sequence<'de, A: SeqAccess<'de>>(mut elements: A) -> Result<Self, A::Error>
    where
        T: Deserialize<'de>,
    {
        let mut good = Vec::new();
        while let Some(element) = elements.next_element()? {
            good.push(element);
        }
        Ok(good.into())
    }
}

/// In the quick pass: every element, straight from the input.
struct Whole<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Whole<T> {
    type Value = Items<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<Self::Value, E> {
        Ok(Items::new())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, elements: A) -> Result<Self::Value, A::Error> {
        Items::in_sequence(elements)
    }
}

impl<T: Serialize> Serialize for Items<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut array = serializer.serialize_seq(Some(self.total()))?;
        for element in self.results() {
            match element {
                Ok(element) => array.serialize_element(element)?,
                Err(broken) => array.serialize_element(broken.raw())?,
            }
        }
        array.end()
    }
}
