//! Reads settings one by one and gathers what is wrong, instead of stopping at
//! the first mistake.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::Path;
use std::str::FromStr;

use config::Config;
use garde::Validate;
use secrecy::{SecretString, zeroize::Zeroizing};

use super::flaw;
use super::layers::Layers;
use super::origin::{Effective, Origin};
use super::problems::Problems;
use super::setting::{self, Holds, Setting, Visibility};
use super::written::mistaken_path;

/// Reads settings and gathers what is wrong.
pub(crate) struct Reader<'a> {
    layers: &'a Layers,
    merged: Config,
    problems: Problems,
    effective: BTreeMap<&'static str, Effective>,
}

impl<'a> Reader<'a> {
    /// A reader of these layers.
    ///
    /// # Errors
    /// When the layers cannot be merged at all.
    pub(crate) fn new(layers: &'a Layers) -> Result<Self, Problems> {
        let merged = layers.merged().map_err(|error| {
            let mut problems = Problems::default();
            problems.push("the environment", format!("cannot be read: {error}"));
            problems
        })?;
        Ok(Self {
            layers,
            merged,
            problems: Problems::default(),
            effective: BTreeMap::new(),
        })
    }

    /// Its value, if there is one.
    pub(crate) fn text(&mut self, setting: &'static Setting) -> Option<String> {
        let value = self
            .merged
            .get::<Option<String>>(&setting.name.to_lowercase())
            .ok()
            .flatten()
            .filter(|value| !value.is_empty());
        let origin = self.layers.origin(setting.name, setting.default.is_some());
        let shown = Effective::new(setting, value.as_deref(), origin);
        self.effective.insert(setting.name, shown);
        if let Some(value) = &value {
            self.check_characters(setting, value);
        }
        value
    }

    fn check_characters(&mut self, setting: &'static Setting, value: &str) {
        if value.contains(char::REPLACEMENT_CHARACTER) {
            let what = "has bytes that are no text in UTF-8";
            self.problems.about(setting, what);
        }
        let written = self.layers.written(setting.name);
        if let (Holds::Path, Some(written)) = (setting.holds, written)
            && let Some(what) = mistaken_path(written, value)
        {
            self.problems.about(setting, &what);
        }
    }

    /// Its value as it is written, with all that tools put around it.
    pub(crate) fn as_written(&self, setting: &'static Setting) -> Option<SecretString> {
        self.layers.written(setting.name).map(SecretString::from)
    }

    /// Its value, understood. What is not understood counts as absent here,
    /// and as a problem in the end.
    pub(crate) fn optional<T>(&mut self, setting: &'static Setting) -> Option<T>
    where
        T: FromStr<Err: Display + 'static>,
    {
        let text = Zeroizing::new(self.text(setting)?);
        match text.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                if !self.problems.name(setting.name) {
                    let shown = setting.shown == Visibility::Plainly;
                    let what = flaw::of_parsing(&text, &error, shown);
                    self.problems.about(setting, &what);
                }
                None
            }
        }
    }

    /// Its value, which must be set or have a default. If it is not, that is a
    /// problem in the end; the stand-in lets the rest be looked at as well.
    pub(crate) fn required<T>(&mut self, setting: &'static Setting, stand_in: T) -> T
    where
        T: FromStr<Err: Display + 'static>,
    {
        self.optional(setting).unwrap_or_else(|| {
            if !self.problems.name(setting.name) {
                self.is_missing(setting);
            }
            stand_in
        })
    }

    fn is_missing(&mut self, setting: &'static Setting) {
        match self.layers.nearly(setting.name) {
            Some(name) => {
                let what = format!("is not set, but .env has {name}: write it in capitals");
                self.problems.about(setting, &what);
            }
            None => self.problems.about(setting, "is not set"),
        }
    }

    /// A secret, if there is one.
    pub(crate) fn secret(&mut self, setting: &'static Setting) -> Option<SecretString> {
        let text = Zeroizing::new(self.text(setting)?);
        Some(SecretString::from(text.as_str()))
    }

    /// A secret that must be set.
    pub(crate) fn required_secret(
        &mut self,
        setting: &'static Setting,
        stand_in: &str,
    ) -> SecretString {
        self.secret(setting).unwrap_or_else(|| {
            self.is_missing(setting);
            SecretString::from(stand_in)
        })
    }

    /// Whether no one set it.
    pub(crate) fn is_default(&self, setting: &'static Setting) -> bool {
        let origin = self.layers.origin(setting.name, setting.default.is_some());
        matches!(origin, Origin::Default)
    }

    /// Notes the value that a setting got from others.
    pub(crate) fn derived(&mut self, setting: &'static Setting, value: &str) {
        let shown = Effective::new(setting, Some(value), Origin::Default);
        self.effective.insert(setting.name, shown);
    }

    /// Notes the path that a setting got from others.
    pub(crate) fn derived_path(&mut self, setting: &'static Setting, path: &Path) {
        let shown = Effective {
            name: setting.name,
            value: Some(path.display().to_string()),
            origin: Origin::Default,
        };
        self.effective.insert(setting.name, shown);
    }

    /// Notes something that is wrong.
    pub(crate) fn problem(&mut self, setting: &'static Setting, what: &str) {
        self.problems.about(setting, what);
    }

    /// Checks a section whose fields are called like their settings.
    pub(crate) fn check<S: Validate<Context = ()>>(&mut self, section: &S) {
        let Err(report) = section.validate() else {
            return;
        };
        for (path, error) in report.iter() {
            let name = path.to_string().to_uppercase();
            match setting::all().find(|setting| setting.name == name) {
                Some(setting) => self.problems.about(setting, &in_words(error.message())),
                None => self.problems.push(name, error.message()),
            }
        }
    }

    /// What was read, and what is wrong with it.
    pub(crate) fn finish(self) -> (Vec<Effective>, Problems) {
        let mut effective = self.effective;
        let in_order = setting::names().filter_map(|name| effective.remove(name));
        (in_order.collect(), self.problems)
    }
}

/// A rule's words, as they go on after the name of the setting.
fn in_words(message: &str) -> String {
    match message.split_once(' ') {
        Some(("lower" | "greater", _)) => format!("is {message}"),
        _ => message.to_owned(),
    }
}
