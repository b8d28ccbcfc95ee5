//! Numbers that are more likely something else than a code.

use super::candidate::Candidate;
use super::text::{Text, Token};
use super::vocabulary;

impl Candidate {
    /// Whether it is more likely something else than a code, by how it is written.
    pub(super) fn is_something_else(&self, text: &Text) -> bool {
        self.is_part_of_a_longer_number(text)
            || self.is_an_amount(text)
            || self.is_a_moment(text)
            || self.is_a_list(text)
    }

    /// As in `+7-900-12345` and `12345.67`.
    fn is_part_of_a_longer_number(&self, text: &Text) -> bool {
        let glued = |sign: Option<char>, beyond: Option<usize>| {
            let joins = matches!(sign, Some('-' | '.' | '/' | ':' | ',' | '(' | ')'));
            joins && beyond.and_then(|at| text.number(at)).is_some()
        };
        let before = self.first.checked_sub(1);
        let after = self.last + 1;
        text.sign(before) == Some('+')
            || glued(text.sign(before), self.first.checked_sub(2))
            || glued(text.sign(Some(after)), Some(after + 1))
    }

    /// As in `$12345`, `12345 ₽` and `12345 km`.
    fn is_an_amount(&self, text: &Text) -> bool {
        let before = text.beyond_blank(self.first, -1);
        let after = text.beyond_blank(self.last, 1);
        let counts = |token: Option<&Token>| match token {
            Some(Token::Sign(sign)) => is_of_amounts(*sign),
            Some(Token::Word(word)) => vocabulary::is_unit(word),
            Some(Token::Number(_) | Token::Blank) | None => false,
        };
        matches!(before, Some(Token::Sign(sign)) if is_of_amounts(*sign)) || counts(after)
    }

    /// As in `12.03.24`, `12:34:56` and `2024-25`.
    fn is_a_moment(&self, text: &Text) -> bool {
        match self.tokens(text) {
            [
                Token::Number(day),
                Token::Sign(sign),
                Token::Number(month),
                Token::Sign(again),
                Token::Number(year),
            ] if sign == again => match sign {
                '.' | '/' | '-' => year.len() == 2 && is_day_and_month(day, month),
                ':' => month.len() == 2 && year.len() == 2,
                _ => false,
            },
            [
                Token::Number(hour),
                Token::Sign(':'),
                Token::Number(minute),
                ..,
            ] => hour.len() <= 2 && minute.len() == 2,
            [
                Token::Number(from),
                Token::Sign('-' | '/' | '–'),
                Token::Number(to),
            ] => is_next_year(from, to),
            _ => false,
        }
    }

    /// As in `1. a 2. b 3. c 4. d 5. e`.
    fn is_a_list(&self, text: &Text) -> bool {
        let tokens = self.tokens(text);
        let mut numbers = tokens
            .iter()
            .enumerate()
            .filter_map(|(at, token)| match token {
                Token::Number(number) => Some((number, tokens.get(at + 1))),
                Token::Word(_) | Token::Sign(_) | Token::Blank => None,
            })
            .zip('1'..);
        let counted = numbers.all(|((number, after), expected)| {
            let marked = matches!(after, None | Some(Token::Sign('.' | ')')));
            marked && number.chars().eq([expected])
        });
        counted && tokens.iter().any(|token| token.letters() > 0)
    }
}

fn is_of_amounts(sign: char) -> bool {
    matches!(
        sign,
        '$' | '€' | '£' | '¥' | '₽' | '₴' | '₸' | '₹' | '₺' | '₿' | '%' | '°' | '=' | '×'
    )
}

fn is_day_and_month(one: &str, other: &str) -> bool {
    let within = |text: &str, most: u32| {
        text.len() <= 2
            && text
                .parse()
                .is_ok_and(|value: u32| (1..=most).contains(&value))
    };
    (within(one, 31) && within(other, 12)) || (within(one, 12) && within(other, 31))
}

fn is_next_year(from: &str, to: &str) -> bool {
    match (from.parse::<u32>(), to.parse::<u32>()) {
        (Ok(from), Ok(to)) => (1900..2100).contains(&from) && to == (from + 1) % 100,
        _ => false,
    }
}
