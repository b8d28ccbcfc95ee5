//! The places where settings are looked for.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use config::{Config, Environment, Map};
use sesame_custody::{KeyFileError, check_private};
use sesame_domain::wrapping::is_blank;

use super::env_file::read_file;
use super::origin::Origin;
use super::problems::Problems;
use super::setting::{self, Setting};
use super::written::tidy;

/// The name of the file with settings, in the working directory.
const FILE: &str = ".env";

/// The places where settings are looked for, the strongest first: what the
/// command brings, the environment, the file. Values are kept as they are
/// written; what tools put around them is taken off where they are read. An
/// empty value counts as none.
#[derive(Clone, Default)]
pub(crate) struct Layers {
    pub(crate) command: BTreeMap<String, String>,
    pub(crate) environment: BTreeMap<String, String>,
    pub(crate) file: BTreeMap<String, String>,
}

impl Layers {
    /// What the process was given.
    ///
    /// # Errors
    /// When `.env` is there and cannot be read.
    pub(crate) fn of_process() -> Result<Self, Problems> {
        let known = |name: &str| setting::names().any(|known| known == name);
        // Some tools that read files of variables take such things for the name.
        let named = |name: &str| {
            let name = name.trim_matches(is_blank);
            name.strip_prefix("export ").unwrap_or(name).to_owned()
        };
        Ok(Self {
            command: BTreeMap::new(),
            environment: text(
                std::env::vars_os()
                    .filter_map(|(name, value)| Some((named(name.to_str()?), value)))
                    .filter(|(name, _)| known(name)),
            )?,
            file: read_file(Path::new(FILE))?,
        })
    }

    /// Without what the environment and the file say of these.
    #[cfg(feature = "sandbox")]
    pub(crate) fn without(mut self, names: &[&str]) -> Self {
        for name in names {
            self.environment.remove(*name);
            self.file.remove(*name);
        }
        self
    }

    /// Gives a setting a value of the command's, unless it is set.
    #[cfg(feature = "sandbox")]
    pub(crate) fn fallback(&mut self, name: &str, value: &str) {
        if matches!(self.origin(name, true), Origin::Default) {
            self.command.insert(name.to_owned(), value.to_owned());
        }
    }

    /// How to keep others from reading the secrets in `.env`, if they can.
    /// Whoever reads it now can still read it afterwards.
    pub(crate) fn way_to_close_file() -> Option<String> {
        let path = Path::new(FILE);
        let metadata = std::fs::metadata(path).ok()?;
        match check_private(path, &metadata) {
            Err(KeyFileError::TooOpen { way, .. }) => Some(way.to_string()),
            // A group may read what someone else keeps for it.
            Err(_) if metadata.mode() & 0o007 != 0 => Some(format!(
                "its owner can close it: `chmod o-rwx {FILE}`, if its group is Sesame's"
            )),
            _ => None,
        }
    }

    /// Names in `.env` that mean nothing to Sesame: most likely misspelt.
    pub(crate) fn unknown(&self) -> Vec<&str> {
        self.file
            .keys()
            .map(String::as_str)
            .filter(|name| setting::names().all(|known| known != *name))
            .collect()
    }

    /// A name in `.env` that is this one but for capitals.
    pub(crate) fn nearly(&self, name: &str) -> Option<&str> {
        let mut names = self.file.keys().map(String::as_str);
        names.find(|other| *other != name && other.eq_ignore_ascii_case(name))
    }

    /// Where the value of a variable comes from.
    pub(crate) fn origin(&self, name: &str, has_default: bool) -> Origin {
        match self.strongest(name) {
            Some((origin, _)) => origin,
            None if has_default => Origin::Default,
            None => Origin::Unset,
        }
    }

    /// A value as it is written where it counts, with all that tools put
    /// around it.
    pub(crate) fn written(&self, name: &str) -> Option<&str> {
        self.strongest(name).map(|(_, written)| written)
    }

    fn strongest(&self, name: &str) -> Option<(Origin, &str)> {
        let setting = setting::all().find(|setting| setting.name == name)?;
        [
            (Origin::Command, &self.command),
            (Origin::Environment, &self.environment),
            (Origin::File, &self.file),
        ]
        .into_iter()
        .filter_map(|(origin, layer)| Some((origin, layer.get(name)?.as_str())))
        .find(|(origin, written)| !value(setting, *origin, written).is_empty())
    }

    /// All layers as one, with the defaults below them.
    pub(crate) fn merged(&self) -> Result<Config, config::ConfigError> {
        let mut builder = Config::builder();
        for setting in setting::all() {
            builder = builder.set_default(setting.name.to_lowercase(), setting.default)?;
        }
        for (origin, layer) in [
            (Origin::File, &self.file),
            (Origin::Environment, &self.environment),
            (Origin::Command, &self.command),
        ] {
            let known: Map<String, String> = setting::all()
                .filter_map(|setting| {
                    let value = value(setting, origin, layer.get(setting.name)?);
                    Some((setting.name.to_owned(), value))
                })
                .collect();
            let source = Environment::default()
                .ignore_empty(true)
                .source(Some(known));
            builder = builder.add_source(source);
        }
        builder.build()
    }
}

/// Values are text. One that is not, such as a path in another encoding, must
/// not become another one without a word.
fn text(
    variables: impl Iterator<Item = (String, OsString)>,
) -> Result<BTreeMap<String, String>, Problems> {
    let (mut values, mut problems) = (BTreeMap::new(), Problems::default());
    for (name, value) in variables {
        match value.into_string() {
            Ok(value) => {
                values.insert(name, value);
            }
            Err(_) => problems.push(name, "is not valid UTF-8"),
        }
    }
    if problems.is_empty() {
        Ok(values)
    } else {
        Err(problems)
    }
}

/// A value as it is meant. What a command brings is meant as it is.
fn value(setting: &Setting, origin: Origin, written: &str) -> String {
    match origin {
        Origin::Command => written.to_owned(),
        Origin::Environment | Origin::File | Origin::Default | Origin::Unset => {
            tidy(setting, written)
        }
    }
}

/// Values may be secrets: only names are shown.
impl fmt::Debug for Layers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Layers")
            .field("command", &self.command.keys())
            .field("environment", &self.environment.keys())
            .field("file", &self.file.keys())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStringExt;

    use super::*;

    #[test]
    fn a_value_that_is_no_text_is_refused_instead_of_becoming_another() {
        let value = OsString::from_vec(b"/srv/\xff".to_vec());
        let refused = text([("DATA_DIR".to_owned(), value)].into_iter());
        assert!(refused.unwrap_err().to_string().contains("DATA_DIR"));
    }
}
