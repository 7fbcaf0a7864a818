//! Orders that are sent exactly once, over real sockets: whatever fails, there is one order and the
//! truth is told.

#![allow(clippy::unwrap_used)]

mod clock;
mod crash;
mod doubt;
mod found;
mod hung;
mod messages;
mod money;
mod overtaken;
mod race;
mod refused;
mod steps;
mod windows;
mod world;
