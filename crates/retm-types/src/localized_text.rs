//! Text by language.

mod quick;

use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};

use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::json::{self, Token};
use crate::{LooseString, pass};
use quick::Whole;

/// A text by language, such as a product's name.
///
/// On the wire an object `{"en": "…", "ar": "…"}` with any further languages, an empty array or null for an empty text, or a
/// plain string. The form, the order of the languages and null members are kept and written back. `en` is the merchant's
/// secondary language and may hold Arabic text.
#[derive(Clone, Debug)]
pub struct LocalizedText(Form);

#[derive(Clone)]
enum Form {
    /// What nearly every text is: one string in `en` and one in `ar`, together in one allocation.
    Both {
        texts: Box<str>,
        /// Where the second text starts.
        second: usize,
        /// Whether `en` comes first.
        en_first: bool,
    },
    /// Any other set of languages.
    Languages(Vec<(Language, Option<LooseString>)>),
    Plain(LooseString),
    EmptyArray,
    Null,
}

/// A language's code. Those that nearly every text has are not kept once more for each.
type Language = Cow<'static, str>;

fn language(code: Cow<'_, str>) -> Language {
    match &*code {
        EN => Cow::Borrowed(EN),
        AR => Cow::Borrowed(AR),
        _ => Cow::Owned(code.into_owned()),
    }
}

const EN: &str = "en";
const AR: &str = "ar";

impl Form {
    fn both(first: &str, second: &str, en_first: bool) -> Self {
        let mut texts = String::with_capacity(first.len() + second.len());
        texts.push_str(first);
        texts.push_str(second);
        Self::Both {
            texts: texts.into_boxed_str(),
            second: first.len(),
            en_first,
        }
    }

    /// All members in their order, null ones included. Nothing for a plain text.
    fn members(&self) -> impl DoubleEndedIterator<Item = (&str, Option<&str>)> {
        let (pair, languages): (_, &[_]) = match self {
            Self::Both {
                texts,
                second,
                en_first,
            } => {
                let (first, second) = texts.split_at_checked(*second).unwrap_or_default();
                let (one, other) = if *en_first { (EN, AR) } else { (AR, EN) };
                (Some([(one, Some(first)), (other, Some(second))]), &[])
            }
            Self::Languages(languages) => (None, languages),
            _ => (None, &[]),
        };
        pair.into_iter().flatten().chain(
            languages
                .iter()
                .map(|(language, text)| (&**language, text.as_deref())),
        )
    }

    fn is_languages(&self) -> bool {
        matches!(self, Self::Both { .. } | Self::Languages(_))
    }
}

impl PartialEq for LocalizedText {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Form::Plain(text), Form::Plain(other)) => text == other,
            (Form::EmptyArray, Form::EmptyArray) | (Form::Null, Form::Null) => true,
            (one, other) => {
                one.is_languages() && other.is_languages() && one.members().eq(other.members())
            }
        }
    }
}

impl Eq for LocalizedText {}

impl Hash for LocalizedText {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match &self.0 {
            Form::EmptyArray => state.write_u8(0),
            Form::Null => state.write_u8(1),
            Form::Plain(text) => {
                state.write_u8(2);
                text.hash(state);
            }
            languages => {
                state.write_u8(3);
                for member in languages.members() {
                    member.hash(state);
                }
            }
        }
    }
}

impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EmptyArray => f.write_str("EmptyArray"),
            Self::Null => f.write_str("Null"),
            Self::Plain(text) => f.debug_tuple("Plain").field(text).finish(),
            Self::Languages(languages) => f.debug_tuple("Languages").field(languages).finish(),
            both => {
                let languages: Vec<_> = both.members().collect();
                f.debug_tuple("Languages").field(&languages).finish()
            }
        }
    }
}

impl LocalizedText {
    /// A text in the two languages of the API, written as `{"en": …, "ar": …}`.
    pub fn new(en: impl Into<String>, ar: impl Into<String>) -> Self {
        Self(Form::both(&en.into(), &ar.into(), true))
    }

    /// A text without a language, written as a plain string.
    pub fn plain(text: impl Into<String>) -> Self {
        Self(Form::Plain(LooseString::new(text)))
    }

    /// No text, written as an empty array, as the API does.
    pub fn empty() -> Self {
        Self(Form::EmptyArray)
    }

    /// The same text with that of one more language, or another one in it. A text without a language is replaced.
    #[must_use]
    pub fn with(self, code: impl Into<String>, text: impl Into<String>) -> Self {
        let mut languages = match self.0 {
            Form::Languages(languages) => languages,
            other => other
                .members()
                .map(|(code, text)| (language(Cow::Borrowed(code)), text.map(LooseString::from)))
                .collect(),
        };
        let language = language(Cow::Owned(code.into()));
        let text = Some(LooseString::new(text));
        match languages.iter_mut().rev().find(|(key, _)| *key == language) {
            Some((_, old)) => *old = text,
            None => languages.push((language, text)),
        }
        Self(Form::Languages(languages))
    }

    /// The text in a language, given by its code as on the wire: `en`, `ar`. None for a plain text.
    pub fn get(&self, language: &str) -> Option<&str> {
        self.0
            .members()
            .rfind(|(code, _)| *code == language)
            .and_then(|(_, text)| text)
    }

    /// The text in the merchant's secondary language, which need not be English.
    pub fn en(&self) -> Option<&str> {
        self.get(EN)
    }

    /// The text in Arabic.
    pub fn ar(&self) -> Option<&str> {
        self.get(AR)
    }

    /// The text to show where there is room for one: a plain text, else `en`, else `ar`, else any other that is not empty.
    pub fn text(&self) -> Option<&str> {
        let filled = |text: &&str| !text.trim().is_empty();
        match &self.0 {
            Form::Plain(text) => Some(text.as_str()).filter(filled),
            Form::EmptyArray | Form::Null => None,
            _ => self
                .en()
                .filter(filled)
                .or_else(|| self.ar().filter(filled))
                .or_else(|| self.iter().map(|(_, text)| text).find(filled)),
        }
    }

    /// Whether there is no text in any language.
    pub fn is_empty(&self) -> bool {
        self.text().is_none()
    }

    /// The languages with their texts, in the order received. Nothing for a plain text; null members are left out.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .members()
            .filter_map(|(language, text)| text.map(|text| (language, text)))
    }

    fn from_token(token: &Token<'_>) -> Result<Self, String> {
        const EXPECTED: &str = "a text, an object of texts by language, an empty array or null";
        Ok(Self(match token {
            Token::Null => Form::Null,
            Token::Array(array) if json::elements(array)?.is_empty() => Form::EmptyArray,
            Token::Array(_) => {
                return Err(format!("expected {EXPECTED}, found an array with elements"));
            }
            Token::Object(object) => {
                let members = json::Members::of(object)?;
                let mut languages = Vec::with_capacity(members.len());
                for (code, text) in members {
                    let text = Token::new(text.get())?;
                    let text = match (&text, LooseString::from_token(&text)) {
                        (Token::Null, _) => None,
                        (_, Some(text)) => Some(text),
                        (other, None) => {
                            return Err(other.unexpected("a text or null for each language"));
                        }
                    };
                    languages.push((language(code), text));
                }
                Form::Languages(languages)
            }
            other => match LooseString::from_token(other) {
                Some(text) => Form::Plain(text),
                None => return Err(other.unexpected(EXPECTED)),
            },
        }))
    }
}

impl Default for LocalizedText {
    fn default() -> Self {
        Self::empty()
    }
}

impl fmt::Display for LocalizedText {
    /// [`text`](Self::text), or nothing.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.text().unwrap_or_default())
    }
}

impl std::str::FromStr for LocalizedText {
    type Err = std::convert::Infallible;

    /// A plain text.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self::plain(text))
    }
}

impl From<&str> for LocalizedText {
    fn from(text: &str) -> Self {
        Self::plain(text)
    }
}

impl From<String> for LocalizedText {
    fn from(text: String) -> Self {
        Self::plain(text)
    }
}

impl<'de> Deserialize<'de> for LocalizedText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if pass::is_quick() {
            return deserializer.deserialize_any(Whole).map(Self);
        }
        json::read(deserializer, |token| Self::from_token(&token))
    }
}

impl Serialize for LocalizedText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Form::Plain(text) => text.serialize(serializer),
            Form::EmptyArray => serializer.serialize_seq(Some(0))?.end(),
            Form::Null => serializer.serialize_unit(),
            Form::Both { .. } => serializer.collect_map(self.0.members()),
            Form::Languages(languages) => {
                let mut map = serializer.serialize_map(Some(languages.len()))?;
                for (language, text) in languages {
                    map.serialize_entry(language, text)?;
                }
                map.end()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::LocalizedText;

    fn read(json: &str) -> LocalizedText {
        let text: LocalizedText = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&text).unwrap(), json);
        text
    }

    #[test]
    fn every_form_is_kept() {
        let text = read("{\"ar\":\"كبير\",\"en\":\"large\",\"ur\":null}");
        assert_eq!(
            (text.en(), text.ar(), text.get("ur"), text.get("fr")),
            (Some("large"), Some("كبير"), None, None)
        );
        assert_eq!(text.iter().count(), 2);
        assert_eq!(read("\"large\""), LocalizedText::plain("large"));
        assert_eq!(read("\"large\"").en(), None);
        assert!(
            read("[]").is_empty()
                && read("null").is_empty()
                && read("{}").is_empty()
                && read("\"\"").is_empty()
        );
        assert_eq!(read("{\"en\":7}").en(), Some("7"));
    }

    #[test]
    fn one_text_is_picked_to_show() {
        for (json, shown) in [
            ("{\"ar\":\"كبير\",\"en\":\"large\"}", "large"),
            ("{\"ar\":\"كبير\",\"en\":\"\"}", "كبير"),
            ("{\"ur\":\"بڑا\",\"en\":null}", "بڑا"),
            ("\"plain\"", "plain"),
            ("[]", ""),
        ] {
            assert_eq!(read(json).to_string(), shown);
        }
    }

    #[test]
    fn what_is_made_is_written_in_two_languages() {
        let text = LocalizedText::new("Cash", "نقدي");
        assert_eq!(
            serde_json::to_string(&text).unwrap(),
            "{\"en\":\"Cash\",\"ar\":\"نقدي\"}"
        );
        let text = text.with("ur", "نقد").with("en", "Coins");
        assert_eq!(
            serde_json::to_string(&text).unwrap(),
            "{\"en\":\"Coins\",\"ar\":\"نقدي\",\"ur\":\"نقد\"}"
        );
    }

    #[test]
    fn another_shape_is_refused() {
        for json in ["[\"large\"]", "{\"en\":{}}", "{\"en\":[]}"] {
            let error = serde_json::from_str::<LocalizedText>(json)
                .unwrap_err()
                .to_string();
            assert!(error.starts_with("expected a text"), "{error}");
        }
    }
}
