//! Tags out of a post's own words, on this machine.
//!
//! A post is read line by line (`reading`): lines that recur in its channel and
//! advertising are left out, its language is recognised, each word gets a stem and a
//! class (`words`). Words and phrases of up to three (`phrases`) are candidates, scored
//! by how often and where they stand and by how usual they are in the channel
//! (`score`); the best that do not repeat each other are its tags (`choice`), beside
//! its hashtags. docs/TAGS.md has the rest, and how good it is.

mod boilerplate;
mod choice;
mod forms;
mod known;
mod language;
mod lexicon;
mod links;
mod phrases;
mod reading;
mod score;
mod tagger;
mod tokens;
mod words;

pub use language::Language;
pub use tagger::Keywords;
