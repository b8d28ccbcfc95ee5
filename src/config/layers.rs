//! The places where settings are looked for.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use secrecy::zeroize::Zeroizing;
use sesame_custody::{KeyFileError, check_private};
use sesame_domain::wrapping::is_blank;

use super::env_file::read_file;
use super::origin::Origin;
use super::problems::Problems;
use super::section;
use super::setting::About;
use super::written::tidy;

/// The name of the file with settings, in the working directory.
const FILE: &str = ".env";

/// The places where settings are looked for. Values are kept as they are
/// written; what tools put around them is taken off where they are read. An
/// empty value counts as none.
#[derive(Clone, Default)]
pub(crate) struct Layers {
    /// What the command brings.
    pub(crate) command: BTreeMap<String, String>,
    /// The environment.
    pub(crate) environment: BTreeMap<String, String>,
    /// The file.
    pub(crate) file: BTreeMap<String, String>,
    /// What the command brings for what no one else sets.
    pub(crate) fallback: BTreeMap<String, String>,
}

impl Layers {
    /// What the process was given.
    ///
    /// # Errors
    /// When `.env` is there and cannot be read.
    pub(crate) fn of_process() -> Result<Self, Problems> {
        let known = |name: &str| section::names().any(|known| known == name);
        // Some tools that read files of variables take such things for the name.
        let named = |name: &str| {
            let name = name.trim_matches(is_blank);
            name.strip_prefix("export ").unwrap_or(name).to_owned()
        };
        Ok(Self {
            environment: text(
                std::env::vars_os()
                    .filter_map(|(name, value)| Some((named(name.to_str()?), value)))
                    .filter(|(name, _)| known(name)),
            )?,
            file: read_file(Path::new(FILE))?,
            ..Self::default()
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
            .filter(|name| section::names().all(|known| known != *name))
            .collect()
    }

    /// A name in `.env` that is this one but for capitals.
    pub(crate) fn nearly(&self, name: &str) -> Option<&str> {
        let mut names = self.file.keys().map(String::as_str);
        names.find(|other| *other != name && other.eq_ignore_ascii_case(name))
    }

    /// A value as it is written where it counts, with all that tools put
    /// around it.
    pub(super) fn written(&self, setting: &About) -> Option<&str> {
        let (_, layer) = self.strongest_layer(setting)?;
        layer.get(setting.name).map(String::as_str)
    }

    /// The value that counts of those that are set, as it is meant.
    pub(super) fn strongest(&self, setting: &About) -> Option<(Origin, Zeroizing<String>)> {
        let (origin, layer) = self.strongest_layer(setting)?;
        let written = layer.get(setting.name)?;
        Some((origin, value(setting, origin, written)))
    }

    /// Where the value is that counts: the first of these that has one.
    fn strongest_layer(&self, setting: &About) -> Option<(Origin, &BTreeMap<String, String>)> {
        let has_value = |origin, layer: &BTreeMap<String, String>| {
            let written = layer.get(setting.name);
            written.is_some_and(|written| !value(setting, origin, written).is_empty())
        };
        [
            (Origin::Command, &self.command),
            (Origin::Environment, &self.environment),
            (Origin::File, &self.file),
            (Origin::Command, &self.fallback),
        ]
        .into_iter()
        .find(|(origin, layer)| has_value(*origin, layer))
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
fn value(setting: &About, origin: Origin, written: &str) -> Zeroizing<String> {
    Zeroizing::new(match origin {
        Origin::Command => written.to_owned(),
        Origin::Environment | Origin::File | Origin::Default | Origin::Unset => {
            tidy(setting, written)
        }
    })
}

/// Values may be secrets: only names are shown.
impl fmt::Debug for Layers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Layers")
            .field("command", &self.command.keys())
            .field("environment", &self.environment.keys())
            .field("file", &self.file.keys())
            .field("fallback", &self.fallback.keys())
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
