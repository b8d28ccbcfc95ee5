//! What of a dialog is exported.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::reading::{MediaFile, MediaKind};
use crate::time::Timestamp;

/// The names of the kinds of files, as they stand in settings, payloads and on the
/// command line; never changed.
const NAMES: [(MediaKind, &str); 8] = [
    (MediaKind::Photo, "photos"),
    (MediaKind::Video, "videos"),
    (MediaKind::RoundVideo, "round_videos"),
    (MediaKind::Voice, "voice"),
    (MediaKind::Audio, "music"),
    (MediaKind::Animation, "animations"),
    (MediaKind::Sticker, "stickers"),
    (MediaKind::Document, "files"),
];

/// What of a dialog is exported, chosen before it begins.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportChoice {
    /// Which kinds of files.
    #[serde(default)]
    pub media: MediaChoice,
    /// Files of no more than so many bytes; `None`: of any size.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub largest: Option<u64>,
    /// Messages from this moment on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// Messages from before this moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Only what the account itself wrote.
    #[serde(default)]
    pub only_mine: bool,
}

impl ExportChoice {
    /// Whether a message that was sent then, by the account itself or not, is
    /// wanted. One of which Telegram says only that it is gone has no moment, and is
    /// wanted unless the moment matters.
    pub fn wants(&self, at: Option<Timestamp>, is_mine: bool) -> bool {
        let is_late_enough = self.from.is_none_or(|from| at.is_some_and(|at| at >= from));
        let is_early_enough = self
            .until
            .is_none_or(|until| at.is_some_and(|at| at < until));
        is_late_enough && is_early_enough && (is_mine || !self.only_mine)
    }

    /// Whether nothing that comes after this moment is wanted.
    pub fn is_over(&self, at: Timestamp) -> bool {
        self.until.is_some_and(|until| at >= until)
    }

    /// Whether a file of this size is wanted, whatever its kind.
    pub fn allows_size(&self, file: &MediaFile) -> bool {
        self.largest.is_none_or(|largest| file.size <= largest)
    }
}

/// Which kinds of files are wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub struct MediaChoice(BTreeSet<&'static str>);

/// All of them.
impl Default for MediaChoice {
    fn default() -> Self {
        Self::all()
    }
}

/// A kind of files that there is not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "no kind of files: {0}; there are photos, videos, round_videos, voice, music, animations, stickers and files, all and none"
)]
pub struct UnknownMedia(String);

impl MediaChoice {
    /// All kinds.
    pub fn all() -> Self {
        Self(NAMES.iter().map(|(_, name)| *name).collect())
    }

    /// No files.
    pub fn none() -> Self {
        Self(BTreeSet::new())
    }

    /// Whether files of this kind are wanted.
    pub fn has(&self, kind: MediaKind) -> bool {
        NAMES
            .iter()
            .any(|(of, name)| *of == kind && self.0.contains(name))
    }

    fn of<'a>(names: impl Iterator<Item = &'a str>) -> Result<Self, UnknownMedia> {
        let known = |name: &'a str| {
            let known = NAMES.iter().find(|(_, known)| *known == name);
            known
                .map(|(_, name)| *name)
                .ok_or_else(|| UnknownMedia(name.to_owned()))
        };
        Ok(Self(names.map(known).collect::<Result<_, _>>()?))
    }
}

/// `photos,voice`, `all` or `none`.
impl fmt::Display for MediaChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::all() {
            return f.write_str("all");
        }
        if self.0.is_empty() {
            return f.write_str("none");
        }
        let names: Vec<_> = self.0.iter().copied().collect();
        f.write_str(&names.join(","))
    }
}

impl FromStr for MediaChoice {
    type Err = UnknownMedia;

    fn from_str(text: &str) -> Result<Self, UnknownMedia> {
        match text.trim() {
            "all" => Ok(Self::all()),
            "none" => Ok(Self::none()),
            names => Self::of(names.split(',').map(str::trim)),
        }
    }
}

impl TryFrom<Vec<String>> for MediaChoice {
    type Error = UnknownMedia;

    fn try_from(names: Vec<String>) -> Result<Self, UnknownMedia> {
        Self::of(names.iter().map(String::as_str))
    }
}

impl From<MediaChoice> for Vec<String> {
    fn from(choice: MediaChoice) -> Self {
        choice.0.into_iter().map(str::to_owned).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn what_is_chosen_is_read_as_it_is_written() {
        for text in ["all", "none", "files,photos", "voice"] {
            let choice: MediaChoice = text.parse().unwrap();
            assert_eq!(choice.to_string(), text);
            let stored = serde_json::to_string(&choice).unwrap();
            assert_eq!(
                serde_json::from_str::<MediaChoice>(&stored).unwrap(),
                choice
            );
        }
        let photos: MediaChoice = " photos , voice ".parse().unwrap();
        assert!(photos.has(MediaKind::Photo) && !photos.has(MediaKind::Video));
        for text in ["", "photo", "photos,", "all,none"] {
            assert!(text.parse::<MediaChoice>().is_err(), "{text}");
        }
        let whole: ExportChoice = serde_json::from_str("{}").unwrap();
        assert_eq!(whole, ExportChoice::default());
    }

    #[test]
    fn a_span_begins_with_its_first_moment_and_ends_before_its_last() {
        let choice = ExportChoice {
            from: Some(at(10)),
            until: Some(at(20)),
            ..ExportChoice::default()
        };
        let wanted: Vec<_> = [9, 10, 19, 20]
            .map(|seconds| choice.wants(Some(at(seconds)), false))
            .into();
        assert_eq!(wanted, [false, true, true, false]);
        assert!(!choice.wants(None, false));
        assert!(choice.is_over(at(20)) && !choice.is_over(at(19)));
        assert!(ExportChoice::default().wants(None, false));
    }

    #[test]
    fn of_others_nothing_is_kept_where_only_ones_own_is_wanted() {
        let choice = ExportChoice {
            only_mine: true,
            ..ExportChoice::default()
        };
        assert!(choice.wants(Some(at(1)), true) && !choice.wants(Some(at(1)), false));
    }
}
