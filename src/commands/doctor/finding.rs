//! How findings are said.

use serde::Serialize;
use sesame_checks::{Finding, Verdict};

/// A finding, as JSON.
#[derive(Debug, Serialize)]
pub(super) struct Row<'a> {
    about: &'static str,
    verdict: &'static str,
    reason: &'static str,
    says: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<&'a str>,
}

impl<'a> From<&'a Finding> for Row<'a> {
    fn from(finding: &'a Finding) -> Self {
        Self {
            about: finding.about,
            verdict: finding.verdict.as_str(),
            reason: finding.reason,
            says: &finding.says,
            advice: finding.advice.as_deref(),
        }
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
        let good = Finding {
            about: "database",
            verdict: Verdict::Good,
            reason: "good",
            says: "answers".to_owned(),
            advice: None,
        };
        let bad = Finding {
            about: "keys",
            verdict: Verdict::Bad,
            reason: "none",
            says: "no key file".to_owned(),
            advice: Some("restore it".to_owned()),
        };
        assert_eq!(
            in_words(&[good, bad]),
            "good  database      answers\n\
             BAD   keys          no key file\n                    restore it"
        );
    }
}
