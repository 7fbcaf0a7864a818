//! Hiding what the server said and nobody asked for.

use super::Json;

impl Json {
    /// The value without what stands under names like those of secrets: the API is not meant to send any, and standard
    /// output ends up in files and logs.
    pub(crate) fn masked(self) -> Self {
        match self {
            Self::Object(members) => Self::Object(members.into_iter().map(member).collect()),
            Self::Array(elements) => Self::Array(elements.into_iter().map(Self::masked).collect()),
            scalar => scalar,
        }
    }
}

fn member((name, value): (String, Json)) -> (String, Json) {
    let lower = name.to_lowercase();
    let secret = ["secret", "token", "password"];
    let named = secret.iter().any(|secret| lower.contains(secret));
    let value = match value {
        Json::Null => Json::Null,
        _ if named => Json::Text("[masked]".to_owned()),
        value => value.masked(),
    };
    (name, value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_named_like_a_secret_is_not_shown() {
        let json = br#"{"id":1,"a":[{"access_token":"x","Client-Secret":{"b":2},"token":null}]}"#;
        let masked = Json::parse(json).unwrap().masked().compact();
        let wanted =
            r#"{"id":1,"a":[{"access_token":"[masked]","Client-Secret":"[masked]","token":null}]}"#;
        assert_eq!(masked, wanted);
    }
}
