//! How an open code is made: named variants for the codes known, and a place for those that are not.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use serde::{Deserializer, Serializer};

use crate::json::{self, Token};

/// An integer code of which some values are known by name. Implemented by the code types of this crate only.
pub trait OpenCode: Copy + Eq + fmt::Debug + sealed::Sealed + 'static {
    /// The name of the type.
    const TYPE: &'static str;
    /// The codes known by name, ascending.
    const ALL: &'static [Self];

    /// The value for a code: the named one where there is one, else the unknown one. Every code has exactly one value.
    fn from_code(code: i64) -> Self;

    /// The code, as on the wire.
    fn code(self) -> i64;

    /// The name in snake case, for a code that has one.
    fn name(self) -> Option<&'static str>;
}

pub(crate) mod sealed {
    pub trait Sealed {}
}

/// A code that has no name here. Only `from_code` makes one, so it never holds a code that has a name.
pub struct UnknownCode<C> {
    code: i64,
    of: PhantomData<fn() -> C>,
}

impl<C> UnknownCode<C> {
    pub(crate) const fn new(code: i64) -> Self {
        Self {
            code,
            of: PhantomData,
        }
    }

    /// The code, as on the wire.
    pub const fn code(self) -> i64 {
        self.code
    }
}

impl<C> Clone for UnknownCode<C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C> Copy for UnknownCode<C> {}

impl<C> fmt::Debug for UnknownCode<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code)
    }
}

impl<C> PartialEq for UnknownCode<C> {
    fn eq(&self, other: &Self) -> bool {
        self.code == other.code
    }
}

impl<C> Eq for UnknownCode<C> {}

impl<C> Hash for UnknownCode<C> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.code.hash(state);
    }
}

/// A text that is neither the name of a code nor a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseCodeError {
    expected: String,
}

impl fmt::Display for ParseCodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {} or an integer code", self.expected)
    }
}

impl std::error::Error for ParseCodeError {}

/// Reads a name in any case, a number, or what `Display` writes for an unknown code.
pub(crate) fn parse<C: OpenCode>(text: &str) -> Result<C, ParseCodeError> {
    let text = text.trim().to_ascii_lowercase();
    let plain = text.replace([' ', '-', '_'], "");
    if let Some(code) = C::ALL.iter().find(|code| {
        code.name()
            .is_some_and(|name| name.replace('_', "") == plain)
    }) {
        return Ok(*code);
    }
    let number = text
        .strip_prefix("unknown(")
        .and_then(|rest| rest.strip_suffix(')'))
        .unwrap_or(&text);
    number
        .parse()
        .map(C::from_code)
        .map_err(|_| ParseCodeError {
            expected: C::ALL
                .iter()
                .filter_map(|code| code.name())
                .collect::<Vec<_>>()
                .join(", "),
        })
}

pub(crate) fn display<C: OpenCode>(code: C, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match code.name() {
        Some(name) => f.pad(name),
        None => f.pad(&format!("unknown({})", code.code())),
    }
}

pub(crate) fn deserialize<'de, C: OpenCode, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<C, D::Error> {
    json::read_scalar(deserializer, |token| {
        let number = match &token {
            Token::Number(text) => text.parse::<i64>(),
            Token::Text(text) => text.parse(),
            other => return Err(other.unexpected(&format!("an integer code ({})", C::TYPE))),
        };
        number.map(C::from_code).map_err(|_| {
            let kind = match &token {
                Token::Number(_) => "another number",
                other => other.kind(),
            };
            format!("expected an integer code ({}), found {kind}", C::TYPE)
        })
    })
}

pub(crate) fn serialize<C: OpenCode, S: Serializer>(
    code: C,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_i64(code.code())
}

/// An open enum over integer codes.
macro_rules! open_code {
    (
        $(#[$doc:meta])*
        $name:ident {
            $( $(#[$variant_doc:meta])* $code:literal => $variant:ident, $label:literal; )+
        }
    ) => {
        $(#[$doc])*
        ///
        /// An integer on the wire; a numeric string is read, too, and written back as an integer. A code without a name here
        /// is kept as `Unknown`. `Display` writes the name in snake case, `FromStr` reads a name or a number.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $( $(#[$variant_doc])* $variant, )+
            /// A code that has no name here.
            Unknown($crate::UnknownCode<$name>),
        }

        impl $name {
            /// The codes known by name, ascending.
            pub const ALL: &'static [Self] = &[$( Self::$variant ),+];

            /// The value for a code: the named one where there is one, else the unknown one.
            pub const fn from_code(code: i64) -> Self {
                match code {
                    $( $code => Self::$variant, )+
                    code => Self::Unknown($crate::UnknownCode::new(code)),
                }
            }

            /// The code, as on the wire.
            pub const fn code(self) -> i64 {
                match self {
                    $( Self::$variant => $code, )+
                    Self::Unknown(unknown) => unknown.code(),
                }
            }

            /// The name in snake case, for a code that has one.
            pub const fn name(self) -> Option<&'static str> {
                match self {
                    $( Self::$variant => Some($label), )+
                    Self::Unknown(_) => None,
                }
            }

            /// Whether the code has a name here.
            pub const fn is_known(self) -> bool {
                self.name().is_some()
            }
        }

        impl $crate::code::sealed::Sealed for $name {}

        impl $crate::OpenCode for $name {
            const TYPE: &'static str = stringify!($name);
            const ALL: &'static [Self] = Self::ALL;

            fn from_code(code: i64) -> Self {
                Self::from_code(code)
            }

            fn code(self) -> i64 {
                self.code()
            }

            fn name(self) -> Option<&'static str> {
                self.name()
            }
        }

        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<::std::cmp::Ordering> {
                Some(self.cmp(other))
            }
        }

        impl Ord for $name {
            /// By code.
            fn cmp(&self, other: &Self) -> ::std::cmp::Ordering {
                self.code().cmp(&other.code())
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                $crate::code::display(*self, f)
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::ParseCodeError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $crate::code::parse(text)
            }
        }

        impl From<i64> for $name {
            fn from(code: i64) -> Self {
                Self::from_code(code)
            }
        }

        impl From<$name> for i64 {
            fn from(code: $name) -> Self {
                code.code()
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::code::deserialize(deserializer)
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::code::serialize(*self, serializer)
            }
        }

        #[cfg(feature = "schemars")]
        impl ::schemars::JsonSchema for $name {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut ::schemars::SchemaGenerator) -> ::schemars::Schema {
                $crate::schema::code::<Self>()
            }
        }
    };
}

pub(crate) use open_code;
