//! Maintainers' tasks: spec lint, code generation and the gates.
//!
//! Depends on none of our own crates, so that it runs while they do not compile.

#![allow(clippy::print_stdout, clippy::print_stderr)]

pub mod audit;
pub mod bench;
pub mod cli;
pub mod codegen;
pub mod fresh_clone;
pub mod gates;
pub mod json_schema;
pub mod lint;
pub mod outputs;
pub mod postgres;
pub mod process;
pub mod schemas;
pub mod soak;
pub mod spec;
pub mod tools;
mod unique;
