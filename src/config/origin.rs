//! Where values come from.

use std::fmt;

use serde::Serialize;
use url::Url;

use super::about::{About, Visibility};

/// Where a value comes from; the first that has one counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Origin {
    /// An argument, or a command that brings its own.
    Command,
    /// A variable of the environment.
    Environment,
    /// The file `.env`.
    File,
    /// Sesame itself.
    Default,
    /// Nowhere: it is not set.
    Unset,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Command => "command",
            Self::Environment => "environment",
            Self::File => ".env",
            Self::Default => "default",
            Self::Unset => "not set",
        })
    }
}

/// A value in force, fit to be shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Effective {
    /// The name of the variable.
    pub(crate) name: &'static str,
    /// Its value, redacted.
    pub(crate) value: Option<String>,
    /// Where it comes from.
    pub(crate) origin: Origin,
}

impl Effective {
    /// What may be shown of a value.
    pub(super) fn new(setting: &About, value: Option<&str>, origin: Origin) -> Self {
        Self {
            name: setting.name,
            value: value.map(|value| redact(setting.shown, value)),
            origin,
        }
    }

    /// What follows from other settings.
    pub(super) fn derived(name: &'static str, shown: String) -> Self {
        Self {
            name,
            value: Some(shown),
            origin: Origin::Default,
        }
    }
}

const HIDDEN: &str = "(hidden)";

fn redact(shown: Visibility, value: &str) -> String {
    match shown {
        Visibility::Plainly => value.to_owned(),
        Visibility::Never => HIDDEN.to_owned(),
        Visibility::WithoutPassword => without_password(value).unwrap_or_else(|| HIDDEN.to_owned()),
    }
}

/// The address with its password replaced, and its query (which may hold
/// another one) left out; `None` if it is not an address.
fn without_password(value: &str) -> Option<String> {
    let mut url = Url::parse(value).ok()?;
    if url.password().is_some() {
        url.set_password(Some("hidden")).ok()?;
    }
    if url.query().is_some() && url.scheme() != "sqlite" {
        url.set_query(Some("hidden"));
    }
    Some(url.into())
}
