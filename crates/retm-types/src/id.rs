//! How an id is made.

/// A newtype over the id as received.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        ///
        /// Kept as received, in its case and its form: a JSON string or a number. Two are equal when their texts are, so
        /// `"153"` equals `153`.
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, ::serde::Serialize, ::serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name($crate::LooseString);

        impl $name {
            /// An id that is written as a JSON string.
            pub fn new(id: impl Into<String>) -> Self {
                Self($crate::LooseString::new(id))
            }

            /// The id as text, without regard to its form on the wire.
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }

            /// Whether it is a JSON string on the wire, not a number.
            pub fn is_string(&self) -> bool {
                self.0.is_string()
            }

            /// Whether the text is empty; the API may send such an id for none.
            pub fn is_empty(&self) -> bool {
                self.0.as_str().is_empty()
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(&self.0, f)
            }
        }

        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                write!(f, concat!(stringify!($name), "({:?})"), self.0)
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = ::std::convert::Infallible;

            fn from_str(id: &str) -> Result<Self, Self::Err> {
                Ok(Self::new(id))
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl ::std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                self.as_str()
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.as_str() == other
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                self.as_str() == *other
            }
        }

        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                Self::new(id)
            }
        }

        impl From<String> for $name {
            fn from(id: String) -> Self {
                Self::new(id)
            }
        }

        impl From<&String> for $name {
            fn from(id: &String) -> Self {
                Self::new(id.as_str())
            }
        }

        impl From<&$name> for $name {
            fn from(id: &$name) -> Self {
                id.clone()
            }
        }

        impl From<u64> for $name {
            /// Written as a JSON number.
            fn from(id: u64) -> Self {
                Self(id.into())
            }
        }

        impl From<i64> for $name {
            /// Written as a JSON number.
            fn from(id: i64) -> Self {
                Self(id.into())
            }
        }

        impl From<$crate::LooseString> for $name {
            fn from(id: $crate::LooseString) -> Self {
                Self(id)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0.into()
            }
        }

        #[cfg(feature = "schemars")]
        impl ::schemars::JsonSchema for $name {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut ::schemars::SchemaGenerator) -> ::schemars::Schema {
                $crate::schema::id()
            }
        }
    };
}

pub(crate) use id;
