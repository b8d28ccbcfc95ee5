//! All that is wrong with a configuration, at once.

use std::fmt;

use serde::Serialize;

use super::about::About;

/// What is said of a setting that has no value and needs one.
pub(super) const NOT_SET: &str = "is not set";

/// One thing to put right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Problem {
    /// The variable, or the file.
    pub(crate) name: String,
    /// What is wrong and what to do; never quotes a secret.
    pub(crate) message: String,
}

/// All that is wrong with a configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq, thiserror::Error)]
pub(crate) struct Problems(Vec<Problem>);

impl Problems {
    /// Adds one.
    pub(crate) fn push(&mut self, name: impl Into<String>, message: impl Into<String>) {
        self.0.push(Problem {
            name: name.into(),
            message: message.into(),
        });
    }

    /// Adds one about a setting, with what it should look like.
    pub(super) fn about(&mut self, setting: &About, what: &str) {
        self.push(
            setting.name,
            format!("{what}; expected: {}", setting.expects),
        );
    }

    /// Says more of each setting that is not set and needs to be: what there is in its
    /// place.
    pub(super) fn of_missing(&mut self, instead: impl Fn(&str) -> Option<String>) {
        for problem in &mut self.0 {
            if let Some(rest) = problem.message.strip_prefix(NOT_SET)
                && let Some(instead) = instead(&problem.name)
            {
                problem.message = format!("{NOT_SET}, but {instead}{rest}");
            }
        }
    }

    /// Whether a variable is among them.
    pub(crate) fn name(&self, name: &str) -> bool {
        self.0.iter().any(|problem| problem.name == name)
    }

    /// Each of them.
    pub(crate) fn all(&self) -> &[Problem] {
        &self.0
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the configuration needs attention:")?;
        for Problem { name, message } in &self.0 {
            write!(f, "\n  {name} {message}")?;
        }
        write!(
            f,
            "\nSettings are read from the environment and from the file .env; \
             .env.example explains each."
        )
    }
}
