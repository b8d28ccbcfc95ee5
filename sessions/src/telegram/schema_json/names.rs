//! What the schema calls the constructors of a value.

use std::borrow::Cow;
use std::collections::HashMap;

/// What the library answers for a constructor that there is not.
const UNKNOWN: &str = "(unknown)";

/// The names of the constructors in a value, by how Rust spells them.
pub(super) struct Names(HashMap<String, &'static str>);

impl Names {
    /// Those in a value's bytes, in which every constructor stands at a multiple
    /// of four. Other bytes may happen to be one's number too; such a name is
    /// never asked for.
    pub(super) fn of(bytes: &[u8]) -> Self {
        let mut names = HashMap::new();
        for number in bytes.as_chunks::<4>().0 {
            let name = grammers_tl_types::name_for_id(u32::from_le_bytes(*number));
            if name == UNKNOWN {
                continue;
            }
            let short = name.rsplit('.').next().unwrap_or(name);
            // Without a space of its own it is what values of messages have.
            let known = names.entry(folded(short)).or_insert(name);
            if known.contains('.') && !name.contains('.') {
                *known = name;
            }
        }
        Self(names)
    }

    /// Of a constructor that has fields.
    pub(super) fn of_struct(&self, rust: &'static str) -> Cow<'static, str> {
        match self.0.get(&folded(rust)) {
            Some(name) => Cow::Borrowed(name),
            None => Cow::Owned(lowered(rust)),
        }
    }

    /// Of a constructor that has none: Rust leaves its type's name out where it
    /// begins with that.
    pub(super) fn of_variant(&self, of: &'static str, variant: &'static str) -> Cow<'static, str> {
        let whole = format!("{of}{variant}");
        let known = self.0.get(&folded(&whole));
        match known.or_else(|| self.0.get(&folded(variant))) {
            Some(name) => Cow::Borrowed(name),
            None => Cow::Owned(lowered(&whole)),
        }
    }
}

/// Rust spells abbreviations as words, and has no `_` in names of types.
fn folded(name: &str) -> String {
    let letters = name.chars().filter(|c| *c != '_');
    letters.map(|c| c.to_ascii_lowercase()).collect()
}

/// As the schema writes most names.
fn lowered(rust: &str) -> String {
    let mut letters = rust.chars();
    let first = letters.next().map(|c| c.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_not_in_the_bytes_is_spelt_as_most_are() {
        let names = Names::of(&[]);
        assert_eq!(names.of_struct("MessageService"), "messageService");
        assert_eq!(names.of_variant("PhotoSize", "Empty"), "photoSizeEmpty");
    }

    #[test]
    fn a_name_without_a_space_counts_before_one_with() {
        // `photos.photo` and `photo`.
        let both = [0x2021_2ca8_u32, 0xfb19_7a65];
        for order in [both, [both[1], both[0]]] {
            let bytes: Vec<u8> = order.iter().flat_map(|id| id.to_le_bytes()).collect();
            assert_eq!(Names::of(&bytes).of_struct("Photo"), "photo");
        }
        assert_eq!(
            Names::of(&both[0].to_le_bytes()).of_struct("Photo"),
            "photos.photo"
        );
    }
}
