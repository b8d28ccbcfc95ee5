//! One field declares a setting.

use super::map;
use crate::config::Layers;
use crate::config::origin::Origin;
use crate::config::reader::Reader;
use crate::config::section::{Section as _, section};
use crate::config::setting::{Source as _, setting, within};

section! {
    /// A section with a single field.
    struct Tea: "Tea" {
        /// How long the tea draws, in minutes.
        minutes: u32 = setting("TEA_MINUTES", "a number of minutes, 1 to 7")
            .default("3")
            .check(within(1..=7)),
    }
}

fn read(minutes: &str) -> (Option<Tea>, String) {
    let layers = Layers {
        environment: map(&[("TEA_MINUTES", minutes)]),
        ..Layers::default()
    };
    let mut reader = Reader::new(&layers);
    let tea = Tea::read(&mut reader);
    (tea, reader.finish().1.to_string())
}

#[test]
fn one_field_says_all_there_is_to_a_setting() {
    let settings = Tea::settings();
    let [setting] = settings.as_slice() else {
        panic!("{settings:?}");
    };
    assert_eq!(setting.name, "TEA_MINUTES");
    assert_eq!(setting.default, Some("3"));
    let explanation = [" How long the tea draws, in minutes."];
    assert_eq!(setting.explanation, explanation);
}

#[test]
fn a_field_is_filled_with_what_is_set_or_the_default() {
    assert_eq!(read("5").0.unwrap().minutes, 5);
    assert_eq!(read("").0.unwrap().minutes, 3);
}

#[test]
fn what_is_wrong_is_told_with_what_is_expected_and_the_default_stands_in() {
    let (tea, said) = read("9");
    assert!(said.contains("TEA_MINUTES is greater than 7"), "{said}");
    assert!(said.contains("a number of minutes, 1 to 7"), "{said}");
    assert_eq!(tea.unwrap().minutes, 9);
    let (tea, said) = read("long");
    assert!(said.contains("TEA_MINUTES is not a number"), "{said}");
    assert_eq!(tea.unwrap().minutes, 3);
}

#[test]
fn a_value_that_is_not_understood_is_shown_as_it_was_set() {
    let layers = Layers {
        file: map(&[("TEA_MINUTES", "long")]),
        ..Layers::default()
    };
    let mut reader = Reader::new(&layers);
    assert!(Tea::read(&mut reader).is_some());
    assert!(Tea::minutes().get(&layers).is_none());
    assert!(matches!(
        layers.strongest(&Tea::settings()[0]),
        Some((Origin::File, _))
    ));
}

section! {
    /// A section of what only some builds know.
    struct Samovar: "Samovar" {
        /// Where it stands.
        samovar: Option<String> = setting("SAMOVAR", "the name of a room")
            .of_feature("samovar", false)
            .optional(),
        /// Where its coals are.
        coals: Option<String> = setting("COALS", "the name of a cellar")
            .of_feature("coals", true)
            .optional(),
    }
}

#[test]
fn what_this_build_does_not_know_is_refused_when_it_is_set() {
    let read = |name: &str| {
        let layers = Layers {
            file: map(&[(name, "kitchen")]),
            ..Layers::default()
        };
        let mut reader = Reader::new(&layers);
        let read = Samovar::read(&mut reader).unwrap();
        let problems = reader.finish().1;
        (read, (!problems.is_empty()).then(|| problems.to_string()))
    };
    let (section, said) = read("SAMOVAR");
    assert_eq!(section.samovar, None);
    let said = said.unwrap();
    assert!(said.contains("SAMOVAR is set"), "{said}");
    assert!(said.contains("the Cargo feature `samovar`"), "{said}");
    assert!(!said.contains("kitchen"), "{said}");
    let (section, said) = read("COALS");
    assert_eq!((section.coals.as_deref(), said), (Some("kitchen"), None));
    assert_eq!(read("OTHER").1, None);
}
