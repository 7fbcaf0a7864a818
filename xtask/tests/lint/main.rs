//! The lint of the spec, rule by rule.

#![allow(clippy::unwrap_used, clippy::panic)]

mod branches;
mod fixture;
mod rules;
