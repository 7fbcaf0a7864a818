//! Texts by language straight from the input, for the quick pass.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::{AR, EN, Form, Language, language};
use crate::LooseString;

/// Any form but a number that a float may not hold.
pub(super) struct Whole;

impl<'de> Visitor<'de> for Whole {
    type Value = Form;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text by language")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Form, E> {
        Ok(Form::Plain(text.into()))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Form, E> {
        Ok(Form::Plain(number.into()))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Form, E> {
        Ok(Form::Plain(number.into()))
    }

    fn visit_unit<E: Error>(self) -> Result<Form, E> {
        Ok(Form::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Form, A::Error> {
        match elements.next_element::<IgnoredAny>()? {
            None => Ok(Form::EmptyArray),
            Some(_) => Err(A::Error::custom("an array with elements")),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Form, A::Error> {
        let Some((Code(one), first)) = map.next_entry::<_, Said<'_>>()? else {
            return Ok(Form::Languages(Vec::new()));
        };
        let Some((Code(other), second)) = map.next_entry::<_, Said<'_>>()? else {
            return Ok(Form::Languages(vec![(one, first.kept())]));
        };
        let third = map.next_entry::<_, Said<'_>>()?;
        if let (Said::Text(first), Said::Text(second), None) = (&first, &second, &third)
            && (one == EN && other == AR || one == AR && other == EN)
        {
            return Ok(Form::both(first, second, one == EN));
        }
        let mut languages = vec![(one, first.kept()), (other, second.kept())];
        let mut next = third;
        while let Some((Code(code), said)) = next {
            languages.push((code, said.kept()));
            next = map.next_entry()?;
        }
        Ok(Form::Languages(languages))
    }
}

struct Code(Language);

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Name;
        impl Visitor<'_> for Name {
            type Value = Code;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a language")
            }

            fn visit_str<E: Error>(self, code: &str) -> Result<Code, E> {
                // With its feature `arbitrary_precision` serde_json gives a number as such an object.
                match code.starts_with("$serde_json::") {
                    true => Err(E::custom("a number")),
                    false => Ok(Code(language(Cow::Borrowed(code)))),
                }
            }
        }
        deserializer.deserialize_str(Name)
    }
}

/// What a member says, borrowed where it can be: it is not known yet which form the whole takes.
enum Said<'de> {
    Text(Cow<'de, str>),
    Number(LooseString),
    Null,
}

impl Said<'_> {
    fn kept(self) -> Option<LooseString> {
        match self {
            Self::Text(text) => Some(LooseString::new(text)),
            Self::Number(number) => Some(number),
            Self::Null => None,
        }
    }
}

impl<'de> Deserialize<'de> for Said<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Said<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or null")
            }

            #[inline]
            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Said<'de>, E> {
                Ok(Said::Text(Cow::Borrowed(text)))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Said<'de>, E> {
                Ok(Said::Text(Cow::Owned(text.to_owned())))
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Said<'de>, E> {
                Ok(Said::Number(number.into()))
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Said<'de>, E> {
                Ok(Said::Number(number.into()))
            }

            fn visit_unit<E: Error>(self) -> Result<Said<'de>, E> {
                Ok(Said::Null)
            }
        }
        deserializer.deserialize_any(Text)
    }
}
