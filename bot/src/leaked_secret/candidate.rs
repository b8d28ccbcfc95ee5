//! Numbers that may be codes.

use super::text::{Text, Token};

/// The longest number that can be a part of a code.
const LONGEST_PART: usize = 4;
/// How far two parts of a code may be from each other, in characters.
const GAP: usize = 3;
/// The same for two digits, which may have letters between them…
const WIDE_GAP: usize = 5;
/// … this many.
const LETTERS_BETWEEN: usize = 3;

/// A number that may be a code, where it stands: from its first token to its
/// last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) digits: String,
}

impl Candidate {
    /// The numbers in what was said, of parts that belong together.
    pub(super) fn all(text: &Text) -> Vec<Self> {
        let mut found = Vec::new();
        let mut at = 0;
        while at < text.tokens().len() {
            let Some(number) = text.number(at) else {
                at += 1;
                continue;
            };
            let candidate = if number.len() > LONGEST_PART {
                Self {
                    first: at,
                    last: at,
                    digits: number.to_owned(),
                }
            } else {
                Self::joined(text, at)
            };
            at = candidate.last + 1;
            found.push(candidate);
        }
        found
    }

    /// Its tokens.
    pub(super) fn tokens<'a>(&self, text: &'a Text) -> &'a [Token] {
        let tokens = text.tokens().get(self.first..=self.last);
        tokens.unwrap_or_default()
    }

    /// The number that begins here, with the parts that belong to it.
    fn joined(text: &Text, first: usize) -> Self {
        let mut joined = Self {
            first,
            last: first,
            digits: text.number(first).unwrap_or_default().to_owned(),
        };
        while let Some(next) = joined.next_part(text) {
            joined
                .digits
                .push_str(text.number(next).unwrap_or_default());
            joined.last = next;
        }
        joined
    }

    /// The part that follows.
    fn next_part(&self, text: &Text) -> Option<usize> {
        let from = self.last;
        let rest = text.tokens().get(from + 1..)?;
        let distance = rest.iter().position(|it| matches!(it, Token::Number(_)))?;
        let next = from + 1 + distance;
        let between = rest.get(..distance)?;
        let single = |at| text.number(at).is_some_and(|number| number.len() == 1);
        let letters: usize = between.iter().map(Token::letters).sum();
        let length: usize = between.iter().map(Token::length).sum();
        let near = if letters == 0 {
            length <= GAP
        } else {
            letters <= LETTERS_BETWEEN && length <= WIDE_GAP && single(from) && single(next)
        };
        let short = text.number(next)?.len() <= LONGEST_PART;
        (near && short).then_some(next)
    }
}
