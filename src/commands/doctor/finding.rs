//! What the doctor finds, and how it is said.

use std::error::Error;

use serde::Serialize;
use sesame_domain::reason::Reason;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Verdict {
    /// As it should be.
    Good,
    /// It works, but will hurt one day.
    Warning,
    /// It does not work.
    Bad,
}

/// Something that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    /// What was looked at.
    pub(super) about: &'static str,
    /// How bad it is.
    pub(super) verdict: Verdict,
    /// What was seen.
    pub(super) says: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) advice: Option<String>,
}

impl Finding {
    /// As it should be.
    pub(super) fn good(about: &'static str, says: impl Into<String>) -> Self {
        Self {
            about,
            verdict: Verdict::Good,
            says: says.into(),
            advice: None,
        }
    }

    /// It works, but will hurt one day, unless someone does this.
    pub(super) fn warning(
        about: &'static str,
        says: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self {
            about,
            verdict: Verdict::Warning,
            says: says.into(),
            advice: Some(advice.into()),
        }
    }

    /// It does not work, until someone does this.
    pub(super) fn bad(
        about: &'static str,
        says: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self {
            verdict: Verdict::Bad,
            ..Self::warning(about, says, advice)
        }
    }

    /// It could not be looked at.
    pub(super) fn failed(about: &'static str, error: &(dyn Error + '_)) -> Self {
        Self::bad(about, Reason::of(error).to_string(), "see the log")
    }
}

/// The words for a terminal: a mark, what was looked at and what was seen in
/// a line, and the advice under it.
pub(super) fn in_words(findings: &[Finding]) -> String {
    let lines: Vec<String> = findings.iter().map(in_a_line).collect();
    lines.join("\n")
}

fn in_a_line(finding: &Finding) -> String {
    let mark = match finding.verdict {
        Verdict::Good => "good",
        Verdict::Warning => "warn",
        Verdict::Bad => "BAD ",
    };
    let mut text = format!("{mark}  {:<14}{}", finding.about, finding.says);
    if let Some(advice) = &finding.advice {
        text.push_str("\n                    ");
        text.push_str(advice);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_stands_under_what_it_is_about() {
        let text = in_words(&[
            Finding::good("database", "answers"),
            Finding::bad("keys", "no key file", "restore it"),
        ]);
        assert_eq!(
            text,
            "good  database      answers\n\
             BAD   keys          no key file\n                    restore it"
        );
    }
}
