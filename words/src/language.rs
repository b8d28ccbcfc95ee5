//! The languages there are.

use std::fmt;

use crate::locales::LOCALES;

/// A language that people are spoken to in: one of the folders in `locales/`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Language(usize);

impl Language {
    /// English, which has every message.
    pub const ENGLISH: Self = Self(english());

    /// Those there are.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..LOCALES.len()).map(Self)
    }

    /// The language for someone whose app has this one (an IETF tag); English,
    /// if it is not known or not here.
    pub fn of(tag: Option<&str>) -> Self {
        tag.and_then(Self::find).unwrap_or(Self::ENGLISH)
    }

    /// The language for someone whose browser sends this as `Accept-Language`:
    /// the first of those that are liked best that is here.
    pub fn accepted(header: Option<&str>) -> Self {
        let mut liked: Vec<_> = header
            .unwrap_or_default()
            .split(',')
            .filter_map(liking)
            .collect();
        // Stable: of those that are liked as much, the first counts.
        liked.sort_by(|(_, one), (_, other)| other.total_cmp(one));
        liked
            .into_iter()
            .find_map(|(tag, _)| Self::find(tag))
            .unwrap_or(Self::ENGLISH)
    }

    /// Its IETF tag, for `lang` in pages.
    pub fn tag(self) -> &'static str {
        LOCALES.get(self.0).map_or("en", |(tag, _)| tag)
    }

    /// One of a catalogue that a test made up.
    #[cfg(test)]
    pub(crate) const fn nth(index: usize) -> Self {
        Self(index)
    }

    /// Where it stands among those there are.
    pub(crate) fn index(self) -> usize {
        self.0
    }

    /// `pt-BR` is answered with `pt-BR` or else `pt`.
    fn find(tag: &str) -> Option<Self> {
        let mut tag = tag.trim().replace('_', "-");
        loop {
            let found = Self::all().find(|it| it.tag().eq_ignore_ascii_case(&tag));
            if found.is_some() {
                return found;
            }
            let end = tag.rfind('-')?;
            tag.truncate(end);
        }
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

/// An entry of `Accept-Language` with how much it is liked; `None`: not at all.
fn liking(entry: &str) -> Option<(&str, f32)> {
    let mut parts = entry.split(';');
    let tag = parts.next()?.trim();
    let weight = parts.find_map(|part| part.trim().strip_prefix("q="));
    let weight = weight.map_or(1.0, |it| it.trim().parse().unwrap_or(0.0));
    (weight > 0.0).then_some((tag, weight))
}

const fn english() -> usize {
    let mut index = 0;
    while index < LOCALES.len() {
        if let [b'e', b'n'] = LOCALES[index].0.as_bytes() {
            return index;
        }
        index += 1;
    }
    0
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(None)]
    #[case(Some("en"))]
    #[case(Some("en-US"))]
    #[case(Some("EN_gb"))]
    #[case(Some("tlh"))]
    #[case(Some(""))]
    #[case(Some("-"))]
    fn who_speaks_what_is_not_here_is_answered_in_english(#[case] tag: Option<&str>) {
        assert_eq!(Language::of(tag), Language::ENGLISH);
        assert_eq!(Language::of(tag).tag(), "en");
    }

    #[rstest]
    #[case(None)]
    #[case(Some("tlh, en;q=0.5"))]
    #[case(Some("en;q=x,*;q=0.1,,;"))]
    fn what_browsers_send_is_read(#[case] header: Option<&str>) {
        assert_eq!(Language::accepted(header), Language::ENGLISH);
    }

    #[rstest]
    #[case("de-AT", Some(("de-AT", 1.0)))]
    #[case(" de ; q=0.3 ", Some(("de", 0.3)))]
    #[case("de;q=0", None)]
    #[case("de;q=much", None)]
    fn likings_are_read(#[case] entry: &str, #[case] liked: Option<(&str, f32)>) {
        assert_eq!(liking(entry), liked);
    }
}
