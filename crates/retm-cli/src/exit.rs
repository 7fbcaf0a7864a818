//! How the process ends.

use std::process::ExitCode;

/// The exit code of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Exit {
    /// 0: everything worked.
    Ok,
    /// 1: the API refused the call or failed, a list had broken elements, or a check found a difference.
    Failed,
    /// 2: the command line, a file or the configuration is wrong; nothing was sent.
    Usage,
    /// 3: no token could be had, or the API refused it.
    Auth,
    /// 4: there is no such thing.
    NotFound,
    /// 5: too many requests.
    RateLimited,
    /// 6: the network failed.
    Network,
    /// 130: interrupted by Ctrl-C or SIGTERM.
    Interrupted,
}

impl Exit {
    /// The code as the shell sees it.
    pub fn code(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Auth => 3,
            Self::NotFound => 4,
            Self::RateLimited => 5,
            Self::Network => 6,
            Self::Interrupted => 130,
        }
    }

    /// The exit code for an error of the client.
    pub(crate) fn of(error: &retm::Error) -> Self {
        if error.is_config() || error.kind() == retm::ErrorKind::ReferenceConflict {
            Self::Usage
        } else if error.is_auth() {
            Self::Auth
        } else if error.is_not_found() {
            Self::NotFound
        } else if error.is_rate_limited() {
            Self::RateLimited
        } else if error.is_network() {
            Self::Network
        } else {
            Self::Failed
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
