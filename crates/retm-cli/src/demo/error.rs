//! Why the demo failed.

use std::io;

use retm_sandbox::SandboxError;

use crate::exit::Exit;
use crate::failure::Failure;

/// Why the demo failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DemoError {
    /// The sandbox did not start.
    #[error("{0}")]
    Sandbox(#[from] SandboxError),
    /// A call failed.
    #[error("{0}")]
    Api(#[from] retm::Error),
    /// What came back is not what was expected.
    #[error("{0}")]
    Unexpected(String),
    /// The text could not be written.
    #[error("cannot write the output: {0}")]
    Output(#[from] io::Error),
}

impl DemoError {
    pub(super) fn unexpected(what: impl Into<String>) -> Self {
        Self::Unexpected(what.into())
    }
}

impl From<DemoError> for Failure {
    fn from(error: DemoError) -> Self {
        match error {
            DemoError::Api(error) => Self::Api(error),
            DemoError::Output(error) => Self::Output(error),
            DemoError::Sandbox(error) => Self::Other(Exit::Failed, error.to_string()),
            DemoError::Unexpected(what) => Self::Other(Exit::Failed, what),
        }
    }
}
