//! What the process was given: its environment, and the file `.env`.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use sesame_custody::{KeyFileError, check_private};
use sesame_domain::wrapping::is_blank;

use super::env_file::read_file;
use super::layers::Layers;
use super::list;
use super::problems::Problems;

/// The name of the file with settings, in the working directory.
const FILE: &str = ".env";

impl Layers {
    /// What the process was given.
    ///
    /// # Errors
    /// When `.env` is there and cannot be read.
    pub(crate) fn of_process() -> Result<Self, Problems> {
        let known = |name: &str| list::names().any(|known| known == name);
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
            .filter(|name| list::names().all(|known| known != *name))
            .collect()
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
