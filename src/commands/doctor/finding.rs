//! How findings are said.

use anstyle::AnsiColor;
use serde::Serialize;
use sesame_checks::{Finding, Verdict};

use crate::terminal;

/// How far in the words stand.
const MARGIN: usize = 20;

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

/// The words for a terminal: a mark in the colour of the verdict, what was looked
/// at and what was seen, and the advice under it.
pub(super) fn in_words(findings: &[Finding]) -> String {
    let lines: Vec<String> = findings.iter().map(in_a_line).collect();
    lines.join("\n")
}

fn in_a_line(finding: &Finding) -> String {
    let (mark, colour) = match finding.verdict {
        Verdict::Good => ("good", AnsiColor::Green.on_default()),
        Verdict::Warning => ("warn", AnsiColor::Yellow.on_default()),
        Verdict::Bad => ("BAD ", AnsiColor::Red.on_default().bold()),
    };
    let says = beside(&finding.says);
    let mut text = format!("{colour}{mark}{colour:#}  {:<14}{says}", finding.about);
    if let Some(advice) = &finding.advice {
        let margin = " ".repeat(MARGIN);
        let advice = beside(advice);
        text.extend(["\n", &margin, &advice]);
    }
    text
}

/// Words in the column beside what they are about.
fn beside(words: &str) -> String {
    let width = usize::from(terminal::WIDTH) - MARGIN;
    let margin = format!("\n{}", " ".repeat(MARGIN));
    terminal::fold(words, width, 0).replace('\n', &margin)
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
            plain(&[good, bad]),
            "good  database      answers\n\
             BAD   keys          no key file\n                    restore it"
        );
    }

    #[test]
    fn long_words_stay_in_their_column() {
        let finding = Finding {
            about: "webhook",
            verdict: Verdict::Warning,
            reason: "none",
            says: "a word and ".repeat(20),
            advice: Some("another word or ".repeat(20)),
        };
        for line in plain(&[finding]).lines().skip(1) {
            assert!(line.len() <= usize::from(terminal::WIDTH), "{line}");
            assert!(line.starts_with(&" ".repeat(MARGIN)), "{line}");
        }
    }

    #[test]
    fn each_verdict_has_a_colour_of_its_own() {
        let marks: Vec<_> = [Verdict::Good, Verdict::Warning, Verdict::Bad]
            .map(|verdict| Finding {
                about: "clock",
                verdict,
                reason: "",
                says: String::new(),
                advice: None,
            })
            .iter()
            .map(|finding| in_words(std::slice::from_ref(finding)))
            .collect();
        assert!(marks[0].starts_with("\u{1b}[32mgood"), "{marks:?}");
        assert!(marks[1].starts_with("\u{1b}[33mwarn"), "{marks:?}");
        assert!(marks[2].contains("[31m"), "{marks:?}");
    }

    /// As it comes out of a pipe.
    fn plain(findings: &[Finding]) -> String {
        anstream::adapter::strip_str(&in_words(findings)).to_string()
    }
}
