//! What the process was given: its environment, and the file `.env`.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use sesame_custody::{KeyFileError, check_private};
use sesame_domain::wrapping::is_blank;

use super::env_file::read_file;
use super::layers::Layers;
use super::problems::Problems;
use super::unknown::{is_known, is_strange};

/// The name of the file with settings, in the working directory.
const FILE: &str = ".env";

impl Layers {
    /// What the process was given.
    ///
    /// # Errors
    /// When `.env` is there and cannot be read.
    pub(crate) fn of_process() -> Result<Self, Problems> {
        // Some tools that read files of variables take such things for the name.
        let named = |name: &str| {
            let name = name.trim_matches(is_blank);
            name.strip_prefix("export ").unwrap_or(name).to_owned()
        };
        let variables = std::env::vars_os();
        let variables = variables.filter_map(|(name, value)| Some((named(name.to_str()?), value)));
        let (ours, others): (Vec<_>, Vec<_>) = variables.partition(|(name, _)| is_known(name));
        let others = others.into_iter().map(|(name, _)| name);
        Ok(Self {
            environment: text(ours.into_iter())?,
            file: read_file(Path::new(FILE))?,
            strange: others.filter(|name| is_strange(name)).collect(),
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
