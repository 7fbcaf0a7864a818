//! Whether the types lose anything of a captured payload.

mod broken;
mod check;
mod compare;

pub(crate) use broken::broken_elements;
pub use check::{CheckError, Report, check};
pub use compare::{Difference, DifferenceKind, compare};
