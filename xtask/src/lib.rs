//! Maintainers' tasks: spec lint, code generation and the gates.
//!
//! Depends on none of our own crates, so that it runs while they do not compile.

#![allow(clippy::print_stdout, clippy::print_stderr)]

pub mod cli;
pub mod codegen;
pub mod json_schema;
pub mod lint;
pub mod outputs;
pub mod spec;
