//! Login codes as people send them.
//!
//! Telegram's have five digits, some six. People pass on the whole message,
//! add a word or two, or spread the digits so that Telegram does not notice.
//! A number is taken for a code by what stands around it; what is more likely
//! a date, a price, a phone number or another thing's number is not.

use super::said::Said;
use super::{digits, vocabulary};

/// How many digits a code has.
const DIGITS: std::ops::RangeInclusive<usize> = 5..=6;
/// The longest number that can be a part of a code.
const LONGEST_PART: usize = 4;
/// How far two parts of a code may be from each other, in characters.
const GAP: usize = 3;
/// The same for two digits, which may have letters between them…
const WIDE_GAP: usize = 5;
/// … this many.
const LETTERS_BETWEEN: usize = 3;

/// Whether a login code is in what was said.
pub(super) fn is_in(said: &Said) -> bool {
    said.parts().any(|text| {
        let text = Text::new(text);
        let codes = text.codes();
        if said.is_by_telegram() {
            !codes.is_empty() || text.speaks_of_codes()
        } else {
            codes.iter().any(|code| text.means(code, &codes))
        }
    })
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Number(String),
    Word(String),
    Sign(char),
    Blank,
}

struct Text {
    tokens: Vec<Token>,
}

/// A number that may be a code, where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Candidate {
    first: usize,
    last: usize,
    digits: String,
}

impl Text {
    fn new(text: &str) -> Self {
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

    /// The numbers that may be codes by how they are written.
    fn codes(&self) -> Vec<Candidate> {
        let mut found = Vec::new();
        let mut at = 0;
        while at < self.tokens.len() {
            let Some(Token::Number(number)) = self.tokens.get(at) else {
                at += 1;
                continue;
            };
            let candidate = if number.len() > LONGEST_PART {
                Candidate {
                    first: at,
                    last: at,
                    digits: number.clone(),
                }
            } else {
                self.joined(at)
            };
            at = candidate.last + 1;
            if DIGITS.contains(&candidate.digits.len()) && !self.is_something_else(&candidate) {
                found.push(candidate);
            }
        }
        found
    }

    /// The number that begins here, with the parts that belong to it.
    fn joined(&self, first: usize) -> Candidate {
        let mut joined = Candidate {
            first,
            last: first,
            digits: self.number(first).unwrap_or_default().to_owned(),
        };
        while let Some(next) = self.next_part(joined.last) {
            joined
                .digits
                .push_str(self.number(next).unwrap_or_default());
            joined.last = next;
        }
        joined
    }

    fn next_part(&self, from: usize) -> Option<usize> {
        let rest = self.tokens.get(from + 1..)?;
        let distance = rest.iter().position(|it| matches!(it, Token::Number(_)))?;
        let next = from + 1 + distance;
        let between = rest.get(..distance)?;
        let single = |at| self.number(at).is_some_and(|number| number.len() == 1);
        let letters: usize = between.iter().map(Token::letters).sum();
        let length: usize = between.iter().map(Token::length).sum();
        let near = if letters == 0 {
            length <= GAP
        } else {
            letters <= LETTERS_BETWEEN && length <= WIDE_GAP && single(from) && single(next)
        };
        let short = self.number(next)?.len() <= LONGEST_PART;
        (near && short).then_some(next)
    }

    fn number(&self, at: usize) -> Option<&str> {
        match self.tokens.get(at)? {
            Token::Number(number) => Some(number),
            Token::Word(_) | Token::Sign(_) | Token::Blank => None,
        }
    }

    fn sign(&self, at: Option<usize>) -> Option<char> {
        match self.tokens.get(at?)? {
            Token::Sign(sign) => Some(*sign),
            Token::Number(_) | Token::Word(_) | Token::Blank => None,
        }
    }

    /// Whether a number is more likely something else, by how it is written.
    fn is_something_else(&self, code: &Candidate) -> bool {
        self.is_part_of_a_longer_number(code)
            || self.is_an_amount(code)
            || self.is_a_moment(code)
            || self.is_a_list(code)
    }

    /// As in `+7-900-12345` and `12345.67`.
    fn is_part_of_a_longer_number(&self, code: &Candidate) -> bool {
        let glued = |sign: Option<char>, beyond: Option<usize>| {
            let joins = matches!(sign, Some('-' | '.' | '/' | ':' | ',' | '(' | ')'));
            joins && beyond.and_then(|at| self.number(at)).is_some()
        };
        let before = code.first.checked_sub(1);
        let after = code.last + 1;
        self.sign(before) == Some('+')
            || glued(self.sign(before), code.first.checked_sub(2))
            || glued(self.sign(Some(after)), Some(after + 1))
    }

    /// As in `$12345`, `12345 ₽` and `12345 km`.
    fn is_an_amount(&self, code: &Candidate) -> bool {
        let before = self.beyond_blank(code.first, -1);
        let after = self.beyond_blank(code.last, 1);
        let counts = |token: Option<&Token>| match token {
            Some(Token::Sign(sign)) => is_of_amounts(*sign),
            Some(Token::Word(word)) => vocabulary::is_unit(word),
            Some(Token::Number(_) | Token::Blank) | None => false,
        };
        matches!(before, Some(Token::Sign(sign)) if is_of_amounts(*sign)) || counts(after)
    }

    fn beyond_blank(&self, from: usize, step: isize) -> Option<&Token> {
        let next = from.checked_add_signed(step)?;
        match self.tokens.get(next)? {
            Token::Blank => self.tokens.get(next.checked_add_signed(step)?),
            token => Some(token),
        }
    }

    /// As in `12.03.24`, `12:34:56` and `2024-25`.
    fn is_a_moment(&self, code: &Candidate) -> bool {
        let Some(tokens) = self.tokens.get(code.first..=code.last) else {
            return false;
        };
        match tokens {
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
    fn is_a_list(&self, code: &Candidate) -> bool {
        let Some(tokens) = self.tokens.get(code.first..=code.last) else {
            return false;
        };
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

    /// Whether a number is meant as a code, by what else is said.
    fn means(&self, code: &Candidate, all: &[Candidate]) -> bool {
        if self.speaks_of_codes() {
            return true;
        }
        if self.is_a_price(code) {
            return false;
        }
        let inside = |at: usize| {
            all.iter()
                .any(|it| (it.first..=it.last).contains(&at) && it.digits == code.digits)
        };
        self.tokens
            .iter()
            .enumerate()
            .filter(|(at, _)| !inside(*at))
            .all(|(_, token)| match token {
                Token::Number(_) => false,
                Token::Word(word) => vocabulary::is_filler(word),
                Token::Sign(_) | Token::Blank => true,
            })
    }

    /// As in `499.99`: with nothing around it, that is more likely a price.
    fn is_a_price(&self, code: &Candidate) -> bool {
        matches!(
            self.tokens.get(code.first..=code.last),
            Some([Token::Number(_), Token::Sign('.' | ','), Token::Number(cents)])
                if cents.len() == 2
        )
    }

    /// Whether the words are about a code with which one signs in.
    fn speaks_of_codes(&self) -> bool {
        let words: Vec<&str> = self.words().collect();
        words.iter().enumerate().any(|(at, word)| {
            let before = at.checked_sub(1).and_then(|at| words.get(at));
            let mut after = words.iter().skip(at + 1);
            let after = after.find(|word| !vocabulary::is_link(word));
            let other =
                |word: Option<&&str>| word.is_some_and(|it| vocabulary::is_of_other_codes(it));
            vocabulary::is_of_codes(word) && !other(before) && !other(after)
        })
    }

    fn words(&self) -> impl Iterator<Item = &str> {
        self.tokens.iter().filter_map(|token| match token {
            Token::Word(word) => Some(word.as_str()),
            Token::Number(_) | Token::Sign(_) | Token::Blank => None,
        })
    }
}

impl Token {
    fn length(&self) -> usize {
        match self {
            Self::Number(text) | Self::Word(text) => text.chars().count(),
            Self::Sign(_) | Self::Blank => 1,
        }
    }

    fn letters(&self) -> usize {
        match self {
            Self::Word(word) => word.chars().count(),
            Self::Number(_) | Self::Sign(_) | Self::Blank => 0,
        }
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

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    fn is_code(text: &str) -> bool {
        is_in(&Said::in_raw(&json!({"text": text})))
    }

    const TELEGRAMS_OWN: &str = "Login code: 64381. Do not give this code to anyone, even if they \
        say they are from Telegram!\n\nThis code can be used to log in to your Telegram account. \
        We never ask it for anything else.\n\nIf you didn't request this code by trying to log in \
        on another device, simply ignore this message.";

    #[rstest]
    #[case("64381")]
    #[case("643812")]
    #[case(" 6-4-3-8-1 ")]
    #[case("6 4 3 8 1")]
    #[case("643 812")]
    #[case("64.381")]
    #[case("6\n4\n3\n8\n1")]
    #[case("64381!")]
    #[case("#64381")]
    #[case("/64381")]
    #[case("\"64381\"")]
    #[case("👉 64381 👈")]
    #[case("64381 64381")]
    #[case("6a4a3a8a1")]
    #[case("6x4x3x8x1x2")]
    #[case("6 и 4 и 3 и 8 и 1")]
    #[case("6:4:3:8:1")]
    #[case("６４３８１")]
    #[case("٦٤٣٨١")]
    #[case("६४३८१")]
    #[case("6️⃣4️⃣3️⃣8️⃣1️⃣")]
    #[case("6\u{200b}4\u{200b}3\u{200b}8\u{200b}1")]
    #[case("six four three eight one")]
    #[case("шесть четыре три восемь один")]
    #[case("seis quatro três oito um")]
    #[case("seis cuatro tres ocho uno")]
    #[case(TELEGRAMS_OWN)]
    #[case("my code is 64381")]
    #[case("My code is 6 4 3 8 1.")]
    #[case("code64381")]
    #[case("code: 6a4a3a8a1")]
    #[case("The code that Telegram sent me just now is 64381, it is good for 2 minutes")]
    #[case("64381 is my login code")]
    #[case("it's 64381")]
    #[case("here it is: 64381, thanks")]
    #[case("telegram says 64381")]
    #[case("pin 643812")]
    #[case("/code 64381")]
    #[case("login 64381")]
    #[case("Код 64381")]
    #[case("код: 64-381")]
    #[case("Код для входа в Telegram: 64381. Не давайте код никому")]
    #[case("мой код 64381")]
    #[case("вот 64381")]
    #[case("пришёл 64381")]
    #[case("смс 64381")]
    #[case("Código de login: 64381. Não dê este código a ninguém")]
    #[case("meu codigo é 64381")]
    #[case("aqui está: 64381")]
    #[case("Código de inicio de sesión: 64381")]
    #[case("mi código es 64381")]
    #[case("mi co\u{301}digo es 64381")]
    #[case("la clave es 64 381")]
    fn a_code_is_recognised(#[case] text: &str) {
        assert!(is_code(text));
    }

    #[rstest]
    #[case("")]
    #[case("hello")]
    #[case("1234")]
    #[case("1234567")]
    #[case("room 12345")]
    #[case("my order is 12345")]
    #[case("id 123456")]
    #[case("AB12345")]
    #[case("+7 900 000 00 00")]
    #[case("8 (900) 123-45-67")]
    #[case("+12345")]
    #[case("call 555-1234")]
    #[case("my code was wrong, call +7-900-123-45-67")]
    #[case("in 2024")]
    #[case("2024-25")]
    #[case("2019/20")]
    #[case("12.03.24")]
    #[case("12/03/24 12:30")]
    #[case("12:34:56")]
    #[case("10:30-11")]
    #[case("$12345")]
    #[case("12345 ₽")]
    #[case("12 345 руб")]
    #[case("499.99")]
    #[case("the code has 12345 lines")]
    #[case("zip code 90210")]
    #[case("my postal code: 90210")]
    #[case("error code 12345")]
    #[case("QR code 12345")]
    #[case("почтовый код 101000")]
    #[case("код ошибки 12345")]
    #[case("промокод 12345")]
    #[case("código postal 28013")]
    #[case("código de barras 123456")]
    #[case("I never got a code")]
    #[case("code 123")]
    #[case("where is the code? I have waited for 10 minutes")]
    #[case("1. milk 2. eggs 3. bread 4. tea 5. rice")]
    #[case("1) a 2) b 3) c 4) d 5) e")]
    #[case("01890a5d-ac96-774b-bcce-b302099a8057")]
    #[case("https://e.org/12345")]
    #[case("one or two")]
    fn other_numbers_are_none(#[case] text: &str) {
        assert!(!is_code(text));
    }

    #[rstest]
    #[case(json!({"caption": "64381"}))]
    #[case(json!({"contact": {"phone_number": "64381", "first_name": "x"}}))]
    #[case(json!({"contact": {"phone_number": "1", "first_name": "code 64381"}}))]
    #[case(json!({"poll": {"question": "?", "options": [{"text": "64381"}]}}))]
    #[case(json!({"document": {"file_name": "64381"}}))]
    #[case(json!({"text": "this", "quote": {"text": TELEGRAMS_OWN}}))]
    fn a_code_is_recognised_wherever_a_message_has_words(#[case] message: serde_json::Value) {
        assert!(is_in(&Said::in_raw(&message)));
    }

    #[rstest]
    #[case(
        "Web login code. Dear Nina, this is your login code:\nhBJ3kPzqPXA",
        true
    )]
    #[case("Ihr Anmeldeschlüssel: 64381.", true)]
    #[case("New login. Dear Nina, we detected a login into your account.", true)]
    #[case("Happy birthday!", false)]
    fn what_telegram_itself_sent_is_looked_at_more_closely(#[case] text: &str, #[case] code: bool) {
        for origin in [
            json!({"type": "user", "sender_user": {"id": 777_000, "first_name": "Telegram"}}),
            json!({"type": "hidden_user", "sender_user_name": "Telegram"}),
        ] {
            let message = json!({"text": text, "forward_origin": origin});
            assert_eq!(is_in(&Said::in_raw(&message)), code, "{message}");
        }
    }
}
