//! The messages of all languages, read once.

use std::borrow::Cow;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use tracing::error;
use unic_langid::LanguageIdentifier;

use crate::language::Language;
use crate::locales::{FIXED, GROUPS, LOCALES};
use crate::markup::{Escape, Words};
use crate::value::Value;

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::read(LOCALES));

/// The messages of all languages.
struct Catalogue {
    locales: Vec<Locale>,
    /// Where among them English is.
    english: usize,
}

/// A language's messages.
struct Locale {
    /// One for each file; names are a file's own.
    bundles: Vec<FluentBundle<FluentResource>>,
    /// The messages without arguments, by file and number.
    fixed: Vec<Vec<String>>,
}

/// Reads all messages now, rather than with the first that is said.
pub fn load() {
    LazyLock::force(&CATALOGUE);
}

/// A message without arguments.
pub(crate) fn fixed<W: Words>(language: Language, group: usize, index: usize) -> W {
    let message = CATALOGUE
        .locales
        .get(language.index())
        .and_then(|locale| locale.fixed.get(group)?.get(index))
        .map_or("", String::as_str);
    W::of(Cow::Borrowed(message))
}

/// A message with arguments, in English if the language lacks it.
pub(crate) fn made<W: Words>(
    language: Language,
    group: usize,
    name: &str,
    values: &[(&'static str, Value<'_>)],
) -> W {
    find(language, group, name, values).unwrap_or_else(|| {
        let group = GROUPS.get(group).copied().unwrap_or_default();
        error!(
            message.id = name,
            group, "a message is missing in every language"
        );
        W::of(Cow::Owned(name.to_owned()))
    })
}

/// A message that there may not be.
pub(crate) fn find<W: Words>(
    language: Language,
    group: usize,
    name: &str,
    values: &[(&'static str, Value<'_>)],
) -> Option<W> {
    let message = CATALOGUE.find(language, group, name, values, W::ESCAPE)?;
    Some(W::of(Cow::Owned(message)))
}

impl Catalogue {
    fn read(files: &[(&str, &[&str])]) -> Self {
        let mut locales: Vec<_> = files
            .iter()
            .map(|(tag, texts)| Locale {
                bundles: texts.iter().map(|text| bundle(tag, text)).collect(),
                fixed: Vec::new(),
            })
            .collect();
        let is_english = |(tag, _): &(&str, &[&str])| *tag == Language::ENGLISH.tag();
        let english = files.iter().position(is_english).unwrap_or_default();
        let fixed: Vec<_> = locales
            .iter()
            .map(|locale| all_fixed(locale, locales.get(english)))
            .collect();
        for (locale, fixed) in locales.iter_mut().zip(fixed) {
            locale.fixed = fixed;
        }
        Self { locales, english }
    }

    fn find(
        &self,
        language: Language,
        group: usize,
        name: &str,
        values: &[(&'static str, Value<'_>)],
        escape: Escape,
    ) -> Option<String> {
        let said = |index: usize, language: Language| {
            let bundle = self.locales.get(index)?.bundles.get(group)?;
            let mut arguments = FluentArgs::with_capacity(values.len());
            for (name, value) in values {
                arguments.set(*name, value.fluent(language, escape));
            }
            say(bundle, name, &arguments)
        };
        said(language.index(), language).or_else(|| said(self.english, Language::ENGLISH))
    }
}

fn say(
    bundle: &FluentBundle<FluentResource>,
    name: &str,
    arguments: &FluentArgs<'_>,
) -> Option<String> {
    let (id, attribute) = match name.split_once('.') {
        Some((id, attribute)) => (id, Some(attribute)),
        None => (name, None),
    };
    let message = bundle.get_message(id)?;
    let pattern = match attribute {
        Some(attribute) => message.get_attribute(attribute)?.value(),
        None => message.value()?,
    };
    let mut errors = Vec::new();
    let words = bundle.format_pattern(pattern, Some(arguments), &mut errors);
    if !errors.is_empty() {
        error!(
            message.id = name,
            ?errors,
            "a message does not fit its arguments"
        );
    }
    Some(words.into_owned())
}

fn bundle(tag: &str, text: &str) -> FluentBundle<FluentResource> {
    let language: LanguageIdentifier = tag.parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    // They guard against names that turn the text around them. Our names do not
    // (`sesame_domain::display_name`), and the marks would be copied with them.
    bundle.set_use_isolating(false);
    let file = FluentResource::try_new(text.to_owned()).unwrap_or_else(|(file, errors)| {
        error!(language = tag, ?errors, "not every message can be read");
        file
    });
    if let Err(errors) = bundle.add_resource(file) {
        error!(language = tag, ?errors, "not every message can be used");
    }
    bundle
}

/// The messages without arguments of a language, or else in English.
fn all_fixed(locale: &Locale, english: Option<&Locale>) -> Vec<Vec<String>> {
    let said = |locale: &Locale, group: usize, name: &str| {
        let bundle = locale.bundles.get(group)?;
        let pattern = bundle.get_message(name)?.value()?;
        let words = bundle.format_pattern(pattern, None, &mut Vec::new());
        Some(words.into_owned())
    };
    let names = FIXED.iter().enumerate();
    names
        .map(|(group, names)| {
            let names = names.iter();
            names
                .map(|name| {
                    said(locale, group, name)
                        .or_else(|| said(english?, group, name))
                        .unwrap_or_else(|| (*name).to_owned())
                })
                .collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markup::Text;

    const ENGLISH: &[&str] = &["hello = Hello, { $name }.\nbye = Bye, { $name }.\n"];
    const OTHER: &[&str] = &["hello = Hej, { $name } { $age }.\nbye = { \n"];

    fn said(name: &str) -> Option<String> {
        let catalogue = Catalogue::read(&[("en", ENGLISH), ("da", OTHER)]);
        let danish = Language::nth(1);
        let values = [("name", Value::Text("Ann"))];
        catalogue.find(danish, 0, name, &values, Text::ESCAPE)
    }

    #[test]
    fn what_a_language_lacks_is_said_in_english() {
        assert_eq!(said("bye").unwrap(), "Bye, Ann.");
    }

    #[test]
    fn an_argument_that_there_is_not_stops_nothing() {
        assert_eq!(said("hello").unwrap(), "Hej, Ann {$age}.");
    }

    #[test]
    fn what_no_language_has_is_said_by_its_id() {
        assert_eq!(said("how"), None);
        let words: Text = made(Language::ENGLISH, 0, "how", &[]);
        assert_eq!(words.as_str(), "how");
    }
}
