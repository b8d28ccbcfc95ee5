//! The places where settings are looked for.

use std::collections::BTreeMap;
use std::fmt;

use secrecy::zeroize::Zeroizing;

use super::about::About;
use super::origin::Origin;
use super::written::tidy;

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
    /// Names of the environment that look like settings and are none.
    pub(crate) strange: Vec<String>,
    /// What the command brings for what no one else sets.
    pub(crate) fallback: BTreeMap<String, String>,
}

impl Layers {
    /// Without what the environment and the file say of these.
    #[cfg(feature = "sandbox")]
    pub(crate) fn without(mut self, names: &[&str]) -> Self {
        for name in names {
            self.environment.remove(*name);
            self.file.remove(*name);
        }
        self
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
            .field("strange", &self.strange)
            .field("fallback", &self.fallback.keys())
            .finish()
    }
}
