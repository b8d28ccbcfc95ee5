//! `SQLite`'s files for tests.

#![allow(clippy::panic, reason = "a test's folders have whole paths")]

use std::path::Path;

use reqwest::Url;

/// The URL of a file, as a person would have to write it.
///
/// # Panics
/// If the path is not one from the root on.
pub fn url_of(file: &Path) -> String {
    let Ok(url) = Url::from_file_path(file) else {
        panic!("{} does not begin at the root", file.display());
    };
    format!("sqlite://{}", url.path())
}
