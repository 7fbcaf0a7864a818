#![doc = include_str!("../README.md")]

mod advice;
mod app;
mod args;
mod commands;
mod demo;
mod exit;
mod failure;
#[path = "generated/spec.rs"]
mod generated;
mod io;
mod json;
mod output;
pub mod payload;
mod schema;

pub use app::run;
pub use args::command;
pub use demo::{DemoError, DemoReport, demo};
pub use exit::Exit;
pub use io::{Captured, Io};
