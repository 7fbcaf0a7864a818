//! The app's client id and secret.

use std::fmt;

use futures::future::{BoxFuture, ready};
use retm_types::Secret;

use crate::error::{Error, ErrorKind};

/// The client id and the client secret that RETM gave the app.
#[derive(Clone, PartialEq)]
pub struct Credentials {
    client_id: String,
    client_secret: Secret,
}

impl Credentials {
    /// Credentials from values.
    pub fn new(client_id: impl Into<String>, client_secret: impl Into<Secret>) -> Self {
        Self {
            client_id: client_id.into(),
            client_secret: client_secret.into(),
        }
    }

    /// Credentials from `RETM_CLIENT_ID` and either `RETM_CLIENT_SECRET` or the file that
    /// `RETM_CLIENT_SECRET_FILE` names.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] where a variable is missing or the file cannot be read.
    pub fn from_env() -> Result<Self, Error> {
        Self::from_vars(|name| std::env::var(name).ok())
    }

    fn from_vars(var: impl Fn(&str) -> Option<String>) -> Result<Self, Error> {
        let missing = |what: &str| {
            Error::new(ErrorKind::Config)
                .with_detail(format!("{what} is not set in the environment"))
        };
        let set = |name: &str| var(name).filter(|value| !value.is_empty());
        let client_id = set("RETM_CLIENT_ID").ok_or_else(|| missing("RETM_CLIENT_ID"))?;
        if let Some(secret) = set("RETM_CLIENT_SECRET") {
            return Ok(Self::new(client_id, secret));
        }
        let file = set("RETM_CLIENT_SECRET_FILE")
            .ok_or_else(|| missing("RETM_CLIENT_SECRET (or RETM_CLIENT_SECRET_FILE)"))?;
        let secret = std::fs::read_to_string(&file).map_err(|error| {
            Error::new(ErrorKind::Config)
                .with_detail(format!("RETM_CLIENT_SECRET_FILE: cannot read {file}"))
                .with_source(error)
        })?;
        Ok(Self::new(client_id, secret.trim_end().to_owned()))
    }

    /// The client id; it is no secret.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }
}

/// Where a client has the app's credentials from. The secret is asked for before every token
/// request, so that it can be rotated while the client runs.
pub trait CredentialsProvider: Send + Sync + 'static {
    /// The client id: one and the same for as long as the client lives.
    fn client_id(&self) -> &str;

    /// The client secret of the moment. An error is told to the callers as
    /// [`ErrorKind::Credentials`]; a token that is still good goes on serving.
    fn client_secret(
        &self,
    ) -> BoxFuture<'_, Result<Secret, Box<dyn std::error::Error + Send + Sync>>>;
}

impl fmt::Debug for dyn CredentialsProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("client_id", &self.client_id())
            .finish_non_exhaustive()
    }
}

impl CredentialsProvider for Credentials {
    fn client_id(&self) -> &str {
        &self.client_id
    }

    fn client_secret(
        &self,
    ) -> BoxFuture<'_, Result<Secret, Box<dyn std::error::Error + Send + Sync>>> {
        Box::pin(ready(Ok(self.client_secret.clone())))
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        <dyn CredentialsProvider>::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn from_the_environment() {
        let vars = |name: &str| match name {
            "RETM_CLIENT_ID" => Some("app".to_owned()),
            "RETM_CLIENT_SECRET" => Some("s3cret".to_owned()),
            _ => None,
        };
        let credentials = Credentials::from_vars(vars).unwrap();
        assert_eq!(credentials, Credentials::new("app", "s3cret"));
        assert!(!format!("{credentials:?}").contains("s3cret"));
    }

    #[test]
    fn a_missing_variable_is_named() {
        let none = Credentials::from_vars(|_| None).unwrap_err();
        assert!(none.to_string().contains("RETM_CLIENT_ID"), "{none}");
        let half = Credentials::from_vars(|name| (name == "RETM_CLIENT_ID").then(|| "app".into()));
        assert!(half.unwrap_err().to_string().contains("RETM_CLIENT_SECRET"));
    }
}
