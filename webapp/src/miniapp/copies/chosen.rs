//! What of a chat can be chosen, and what was.

use sesame_domain::export::{ExportChoice, MediaChoice};
use sesame_words::{AppWords, Html};

use crate::miniapp::moments::Moments as _;

/// The kinds of files, in the order in which they are shown.
pub(super) const KINDS: [&str; 8] = [
    "photos",
    "videos",
    "round_videos",
    "voice",
    "music",
    "animations",
    "stickers",
    "files",
];

/// The sizes of files among which one chooses.
pub(super) const SIZES: [u64; 3] = [10 << 20, 100 << 20, 1 << 30];

/// The spans of time among which one chooses.
pub(super) const SPANS: [&str; 4] = ["all", "month", "year", "days"];

/// What was chosen, a line each.
pub(super) fn lines(choice: &ExportChoice, words: AppWords) -> Vec<Html> {
    if *choice == ExportChoice::default() {
        return vec![words.copy_chosen_all().into()];
    }
    let mut lines = Vec::new();
    if choice.media == MediaChoice::none() {
        lines.push(words.copy_chosen_no_files().into());
    } else if choice.media != MediaChoice::all() {
        let chosen = Vec::from(choice.media.clone());
        let kinds = KINDS
            .iter()
            .filter(|kind| chosen.iter().any(|it| it == *kind));
        lines.extend(kinds.map(|kind| words.save_media_kind(kind).into()));
    }
    if let Some(largest) = choice.largest {
        lines.push(words.copy_chosen_largest(largest).into());
    }
    if let Some(from) = &choice.from {
        lines.push(words.copy_chosen_from(&words.exactly(from)));
    }
    if let Some(until) = &choice.until {
        lines.push(words.copy_chosen_until(&words.exactly(until)));
    }
    if choice.only_mine {
        lines.push(words.copy_chosen_mine().into());
    }
    lines
}

#[cfg(test)]
mod tests {
    use sesame_words::Language;

    use super::*;

    #[test]
    fn every_kind_of_files_can_be_chosen_and_has_its_words() {
        let mut all = Vec::from(MediaChoice::all());
        let mut shown = KINDS.map(str::to_owned).to_vec();
        all.sort();
        shown.sort();
        assert_eq!(all, shown);
        let words = Language::ENGLISH.app();
        let said = KINDS.map(|kind| words.save_media_kind(kind).as_str().to_owned());
        let differ: std::collections::BTreeSet<_> = said.iter().collect();
        assert_eq!(differ.len(), KINDS.len(), "{said:?}");
    }

    #[test]
    fn what_was_chosen_is_said_and_what_was_not_is_not() {
        let words = Language::ENGLISH.app();
        let said = |choice: &ExportChoice| {
            let lines = lines(choice, words);
            let lines: Vec<_> = lines.iter().map(Html::without_markup).collect();
            lines.join(", ")
        };
        assert_eq!(said(&ExportChoice::default()), "Everything");
        let choice = ExportChoice {
            media: "voice,photos".parse().unwrap(),
            largest: Some(10 << 20),
            only_mine: true,
            ..ExportChoice::default()
        };
        assert_eq!(
            said(&choice),
            "Photos, Voice messages, Files up to 10 MB, Only your messages"
        );
        let choice = ExportChoice {
            media: MediaChoice::none(),
            ..ExportChoice::default()
        };
        assert_eq!(said(&choice), "No files");
    }
}
