//! An export that is kept on the server, sealed: what it is read into, how it is put
//! together, and the archive that it is fetched as.
//!
//! A file is a row of pieces of one size and an end, which says how long the file is
//! and what its digest is: one that is cut off has no end, and is none. What is
//! replaced or only grows (the state, segments of lines, lists) is a piece each.
//!
//! Attempts at an export have numbers, and those of a later one are higher. What an
//! attempt writes that grows or is replaced, it writes under its own number: one that
//! was given up, and does not know it yet, overwrites nothing of the one after it.

mod archive;
mod edition;
mod fault;
mod file;
mod render;
mod target;

pub use archive::{Archives, archive};
pub use edition::SealedRendering;
pub use fault::OverQuota;
pub use target::SealedExport;
