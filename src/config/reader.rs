//! Reads settings one by one and gathers what is wrong, instead of stopping at
//! the first mistake.

use secrecy::SecretString;

use super::about::{About, Holds};
use super::layers::Layers;
use super::origin::{Effective, Origin};
use super::problems::{NOT_SET, Problems};
use super::setting::{Counts, Setting, Source};
use super::written::mistaken_path;

/// Reads settings and gathers what is wrong.
pub(crate) struct Reader<'a> {
    layers: &'a Layers,
    problems: Problems,
    effective: Vec<Effective>,
}

impl<'a> Reader<'a> {
    /// A reader of these layers.
    pub(super) fn new(layers: &'a Layers) -> Self {
        Self {
            layers,
            problems: Problems::default(),
            effective: Vec::new(),
        }
    }

    /// Where settings are looked for, for what depends on others.
    pub(super) fn layers(&self) -> &'a Layers {
        self.layers
    }

    /// What fills a field. What is wrong is a problem in the end, and the
    /// default stands in for it, so that the rest can be looked at as well.
    pub(super) fn read<S: Source>(&mut self, source: &S) -> Option<S::Field> {
        let setting = source.setting();
        let value = match setting.counts(self.layers) {
            Counts::Set(origin, text) => {
                self.note(&setting.about, Some(&text), origin);
                self.understood(setting, &text)
            }
            Counts::Derived(derived) => {
                let shown = Effective::derived(setting.about.name, derived.shown);
                self.effective.push(shown);
                Some(derived.value)
            }
            Counts::Default(text) => {
                self.note(&setting.about, Some(text), Origin::Default);
                setting.understand(text).ok()
            }
            Counts::Nothing => {
                self.note(&setting.about, None, Origin::Unset);
                None
            }
        };
        let field = S::field(value);
        if field.is_none() && !self.problems.name(setting.about.name) {
            self.is_missing(&setting.about);
        }
        field
    }

    fn note(&mut self, setting: &About, value: Option<&str>, origin: Origin) {
        let shown = Effective::new(setting, value, origin);
        self.effective.push(shown);
    }

    fn understood<T: 'static>(&mut self, setting: &Setting<T>, text: &str) -> Option<T> {
        let about = &setting.about;
        let understood = match self.flaw_of_text(about, text) {
            Some(flaw) => Err(flaw),
            None => setting.understand(text),
        };
        match understood {
            Ok(value) => {
                if let Some(flaw) = setting.flaw(&value) {
                    self.problems.about(about, &flaw);
                }
                Some(value)
            }
            Err(flaw) => {
                self.problems.about(about, &flaw);
                let stand_in = about.default?;
                setting.understand(stand_in).ok()
            }
        }
    }

    fn flaw_of_text(&self, setting: &About, text: &str) -> Option<String> {
        if text.contains(char::REPLACEMENT_CHARACTER) {
            return Some("has bytes that are no text in UTF-8".to_owned());
        }
        match (setting.holds, self.layers.written(setting)) {
            (Holds::Path, Some(written)) => mistaken_path(written, text),
            _ => None,
        }
    }

    /// Its value as it is written, with all that tools put around it.
    pub(super) fn as_written(&self, source: &impl Source) -> Option<SecretString> {
        let setting = &source.setting().about;
        self.layers.written(setting).map(SecretString::from)
    }

    fn is_missing(&mut self, setting: &About) {
        self.problems.about(setting, NOT_SET);
    }

    /// Notes something that is wrong.
    pub(super) fn problem(&mut self, source: &impl Source, what: &str) {
        self.problems.about(&source.setting().about, what);
    }

    /// The same of a setting by what is known of it.
    pub(super) fn problem_with(&mut self, about: &About, what: &str) {
        self.problems.about(about, what);
    }

    /// What was read, in this order, and what is wrong with it.
    pub(super) fn finish(self) -> (Vec<Effective>, Problems) {
        (self.effective, self.problems)
    }
}
