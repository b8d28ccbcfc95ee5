//! What was said, in words, numbers and signs.

use super::{digits, vocabulary};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Number(String),
    Word(String),
    Sign(char),
    Blank,
}

/// What was said.
pub(super) struct Text {
    tokens: Vec<Token>,
}

impl Text {
    pub(super) fn new(text: &str) -> Self {
        let mut tokens = Vec::new();
        for letter in digits::plain(text).chars() {
            match (tokens.last_mut(), letter) {
                (Some(Token::Number(number)), '0'..='9') => number.push(letter),
                (Some(Token::Word(word)), _) if letter.is_alphabetic() => word.push(letter),
                (_, '0'..='9') => tokens.push(Token::Number(letter.to_string())),
                (_, _) if letter.is_alphabetic() => tokens.push(Token::Word(letter.to_string())),
                (_, ' ') => tokens.push(Token::Blank),
                (_, _) => tokens.push(Token::Sign(letter)),
            }
        }
        for token in &mut tokens {
            if let Token::Word(word) = token
                && let Some(digit) = vocabulary::digit(word)
            {
                *token = Token::Number(digit.to_string());
            }
        }
        Self { tokens }
    }

    /// All of it.
    pub(super) fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    pub(super) fn number(&self, at: usize) -> Option<&str> {
        match self.tokens.get(at)? {
            Token::Number(number) => Some(number),
            Token::Word(_) | Token::Sign(_) | Token::Blank => None,
        }
    }

    pub(super) fn sign(&self, at: Option<usize>) -> Option<char> {
        match self.tokens.get(at?)? {
            Token::Sign(sign) => Some(*sign),
            Token::Number(_) | Token::Word(_) | Token::Blank => None,
        }
    }

    pub(super) fn beyond_blank(&self, from: usize, step: isize) -> Option<&Token> {
        let next = from.checked_add_signed(step)?;
        match self.tokens.get(next)? {
            Token::Blank => self.tokens.get(next.checked_add_signed(step)?),
            token => Some(token),
        }
    }

    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        self.tokens.iter().filter_map(|token| match token {
            Token::Word(word) => Some(word.as_str()),
            Token::Number(_) | Token::Sign(_) | Token::Blank => None,
        })
    }
}

impl Token {
    pub(super) fn length(&self) -> usize {
        match self {
            Self::Number(text) | Self::Word(text) => text.chars().count(),
            Self::Sign(_) | Self::Blank => 1,
        }
    }

    pub(super) fn letters(&self) -> usize {
        match self {
            Self::Word(word) => word.chars().count(),
            Self::Number(_) | Self::Sign(_) | Self::Blank => 0,
        }
    }
}
