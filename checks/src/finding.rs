//! What is found.

use std::error::Error;

use sesame_domain::reason::Reason;

use crate::ports::Unusable;

/// Declares why a check's findings are not good, with their names for machines,
/// which never change.
macro_rules! reasons {
    ($($why:ident = $name:literal,)+) => {
        /// Why a finding is not good.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        enum Why {
            $($why,)+
        }

        impl From<Why> for &'static str {
            fn from(why: Why) -> Self {
                match why {
                    $(Why::$why => $name,)+
                }
            }
        }
    };
}
pub(crate) use reasons;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// As it should be.
    Good,
    /// It works, but will hurt one day.
    Warning,
    /// It does not work.
    Bad,
}

impl Verdict {
    /// The name, for machines; never changed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Warning => "warning",
            Self::Bad => "bad",
        }
    }
}

/// Something that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at, for people.
    pub about: &'static str,
    /// How bad it is.
    pub verdict: Verdict,
    /// The reason, for machines: the same for the same case, whatever the words.
    pub reason: &'static str,
    /// What was seen.
    pub says: String,
    /// What to do.
    pub advice: Option<String>,
}

impl Finding {
    /// As it should be.
    pub(crate) fn good(about: &'static str, says: impl Into<String>) -> Self {
        Self {
            about,
            verdict: Verdict::Good,
            reason: "good",
            says: says.into(),
            advice: None,
        }
    }

    /// It works, but will hurt one day, unless someone does this.
    pub(crate) fn warning(
        about: &'static str,
        why: impl Into<&'static str>,
        says: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self {
            about,
            verdict: Verdict::Warning,
            reason: why.into(),
            says: says.into(),
            advice: Some(advice.into()),
        }
    }

    /// It does not work, until someone does this.
    pub(crate) fn bad(
        about: &'static str,
        why: impl Into<&'static str>,
        says: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self {
            verdict: Verdict::Bad,
            ..Self::warning(about, why, says, advice)
        }
    }

    /// It could not be looked at.
    pub(crate) fn failed(about: &'static str, error: &(dyn Error + '_)) -> Self {
        let says = Reason::of(error).to_string();
        Self::bad(about, "not_looked_at", says, "see the log")
    }

    /// It cannot be used at all.
    pub(crate) fn unusable(about: &'static str, unusable: &Unusable) -> Self {
        Self::bad(about, "unusable", &unusable.says, &unusable.why)
    }
}
