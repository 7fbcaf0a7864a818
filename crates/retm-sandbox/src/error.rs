//! What can go wrong before the sandbox serves its first request.

use std::net::SocketAddr;

/// Why a sandbox could not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SandboxError {
    /// Another program listens on the port.
    #[error(
        "port {} on {} is in use: stop the program that holds it, or ask for port 0 to get any free one",
        addr.port(),
        addr.ip()
    )]
    PortInUse {
        /// The address asked for.
        addr: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// The address cannot be listened on.
    #[error(
        "cannot listen on {addr}: {source}; ports below 1024 need privileges, port 0 takes any free one"
    )]
    Listen {
        /// The address asked for.
        addr: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// The thread or the runtime the sandbox runs on could not be created.
    #[error("the sandbox's own thread could not be started: {source}")]
    Thread {
        /// What the system said.
        source: std::io::Error,
    },
    /// A business id that cannot be a host name's label.
    #[error(
        "`{business}` is not a business id: it must be one DNS label (letters, digits and inner hyphens, at most 63)"
    )]
    Business {
        /// The id as given.
        business: String,
    },
    /// An operation the spec does not have.
    #[error(
        "the spec has no operation `{operation_id}`; its operations are listed in the crate's README"
    )]
    Operation {
        /// The operationId as given.
        operation_id: String,
    },
    /// A fault that could never strike.
    #[error("the fault `{fault}` can never strike: {reason}")]
    Fault {
        /// The fault as text.
        fault: String,
        /// Why.
        reason: String,
    },
    /// The embedded copy of the spec does not hold what the sandbox needs.
    #[error("the embedded spec cannot be used: {reason}; run `cargo xtask codegen`")]
    Spec {
        /// What is missing or wrong.
        reason: String,
    },
}

/// Why a text, or JSON sent to the control endpoint, is not a fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct FaultError {
    reason: String,
}

impl FaultError {
    pub(crate) fn new(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
        }
    }
}

impl SandboxError {
    pub(crate) fn spec(reason: impl Into<String>) -> Self {
        Self::Spec {
            reason: reason.into(),
        }
    }
}
