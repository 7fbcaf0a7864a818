#![doc = include_str!("../README.md")]

mod answer;
mod auth;
mod builder;
mod call;
mod clock;
mod control;
mod data;
mod deliver;
mod error;
mod fault;
mod handlers;
mod log;
mod operation;
mod orders;
mod page;
mod refuse;
mod routes;
mod sandbox;
mod server;
mod service;
mod spec;
mod state;
mod violation;
mod wire;

pub use answer::Answer;
pub use builder::SandboxBuilder;
pub use clock::SandboxClock;
pub use error::{FaultError, SandboxError};
pub use fault::{Fault, FaultKind};
pub use log::LoggedRequest;
pub use operation::Operation;
pub use sandbox::Sandbox;
pub use spec::Spec;
pub use violation::Violation;
