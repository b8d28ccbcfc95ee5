//! Words of no language, so that tests see what is said.

use chrono::{NaiveDate, NaiveDateTime};
use sesame_domain::export::{ExportWords, Phrase};

/// Says a phrase's name and what is put into it.
pub(crate) struct Names;

impl ExportWords for Names {
    fn say(&self, phrase: &Phrase<'_>) -> String {
        let count = phrase.count.to_string();
        let count = if phrase.count == 0 { "" } else { &count };
        let parts = [phrase.id.as_str(), phrase.name, phrase.what, count];
        let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        format!("[{}]", parts.join(" | "))
    }

    fn day(&self, day: NaiveDate) -> String {
        day.to_string()
    }

    fn day_of_year(&self, month: u32, day: u32) -> String {
        format!("{month:02}-{day:02}")
    }

    fn moment(&self, at: NaiveDateTime) -> String {
        at.format("%Y-%m-%d %H:%M").to_string()
    }

    fn tag(&self) -> String {
        "en".to_owned()
    }
}
