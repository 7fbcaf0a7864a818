#![doc = include_str!("../README.md")]

mod answer;
mod auth;
mod builder;
mod call;
mod clock;
mod data;
mod error;
mod handlers;
mod log;
mod operation;
mod page;
mod refuse;
mod routes;
mod sandbox;
mod server;
mod service;
mod spec;
mod state;
mod violation;

pub use answer::Answer;
pub use builder::SandboxBuilder;
pub use clock::SandboxClock;
pub use error::SandboxError;
pub use log::LoggedRequest;
pub use operation::Operation;
pub use sandbox::Sandbox;
pub use spec::Spec;
pub use violation::Violation;
