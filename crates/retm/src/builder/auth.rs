//! How tokens are had and kept.

use std::sync::Arc;

use super::Builder;
use crate::credentials::{Credentials, CredentialsProvider};
use crate::error::Error;

impl Builder {
    /// The app's client id and secret: [`Credentials`], or a provider that can rotate the secret.
    pub fn credentials(mut self, credentials: impl CredentialsProvider) -> Self {
        self.auth.credentials = Some(Arc::new(credentials));
        self
    }

    /// The app's client id and secret from the environment, as [`Credentials::from_env`] reads them.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) where a variable is missing.
    pub fn credentials_from_env(self) -> Result<Self, Error> {
        Ok(self.credentials(Credentials::from_env()?))
    }
}
