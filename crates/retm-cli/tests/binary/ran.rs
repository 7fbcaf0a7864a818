//! Running the binary.

use std::ffi::OsStr;
use std::process::{Command, Output, Stdio};

use retm_sandbox::Sandbox;
use retm_store::StoreKey;

use crate::searched::searched;

/// How a process has ended and what it wrote.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let ran = Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        };
        searched(&ran.out, &ran.err);
        ran
    }
}

impl Ran {
    /// What a process that worked and had nothing to remark has written.
    pub(crate) fn ok(self) -> String {
        assert_eq!((self.code, self.err.as_str()), (Some(0), ""));
        self.out
    }

    /// The error of a process that ended with this code: one line, and nothing on standard output.
    pub(crate) fn error(self, code: i32) -> String {
        assert_eq!(
            (self.code, self.out.as_str()),
            (Some(code), ""),
            "{}",
            self.err
        );
        assert!(self.err.starts_with("error: "), "{}", self.err);
        assert_eq!(self.err.lines().count(), 1, "{}", self.err);
        self.err
    }
}

/// The binary with these arguments, which are searched, an empty environment and nothing to read.
pub(crate) fn retm<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_retm"));
    command.env_clear().args(args).stdin(Stdio::null());
    for argument in command.get_args() {
        searched("", &argument.to_string_lossy());
    }
    command
}

/// The binary with arguments that have no blanks in them, and the environment for a sandbox's `acme`.
pub(crate) fn at(sandbox: &Sandbox, line: &str) -> Command {
    let mut command = retm(line.split_whitespace());
    command
        .env("RETM_BASE_URL", sandbox.base_url())
        .env("RETM_BUSINESS", "acme")
        .env("RETM_CLIENT_ID", sandbox.client_id())
        .env("RETM_CLIENT_SECRET", sandbox.client_secret());
    command
}

/// A key of a store that is recognized wherever it comes out.
pub(crate) fn store_key() -> StoreKey {
    StoreKey::from_bytes(*b"hush-key-of-a-store-of-32-bytes!")
}

/// Runs it to its end.
pub(crate) fn end(command: &mut Command) -> Ran {
    command.output().unwrap().into()
}
