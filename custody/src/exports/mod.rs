//! Exports that are kept on the server: sealed files, in a folder or a bucket.
//!
//! An export has a key of its own, which the vault seals like every other secret.
//! Its files are pieces, each an object of its own that is put there whole or not at
//! all, sealed under that key and bound to owner, export, file, number, and whether
//! it is the last: one that is changed, cut off or put in another's place does not
//! open. Files and pieces lie under names that say nothing.
//!
//! Deliberately absent: who may have an export, and how long it is kept.

mod error;
mod files;
mod piece;
mod place;
mod store;
#[cfg(test)]
mod tests;

pub use place::ExportPlace;
pub use store::SealedExports;
