//! Pages that can be read in a browser, made from what stands in `result.json`, so
//! that the two cannot differ, and from the record where Telegram Desktop has no
//! word.
//!
//! They need no script and load nothing but the export's own files. What others
//! wrote is text: links lead to `http`, `https`, `tg`, `mailto` and `tel` alone.

mod action;
mod buttons;
mod content;
mod escape;
mod media;
mod message;
mod pages;
mod places;
mod rich;
mod shown;
mod text;

pub use pages::{HtmlWriter, PAGE, Pages};
