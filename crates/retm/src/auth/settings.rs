//! How a client has and keeps its tokens.

use std::fmt;
use std::sync::Arc;

use crate::credentials::CredentialsProvider;

/// How a client has and keeps its tokens.
#[derive(Clone, Default)]
pub(crate) struct AuthSettings {
    pub(crate) credentials: Option<Arc<dyn CredentialsProvider>>,
}

impl fmt::Debug for AuthSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuthSettings")
    }
}
