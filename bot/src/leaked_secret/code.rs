//! Login codes as people send them.
//!
//! Telegram's have five digits, some six. People pass on the whole message,
//! add a word or two, or spread the digits so that Telegram does not notice.
//! A number is taken for a code by what stands around it; what is more likely
//! a date, a price, a phone number or another thing's number is not.

use super::candidate::Candidate;
use super::said::Said;
use super::text::{Text, Token};
use super::vocabulary;

/// How many digits a code has.
const DIGITS: std::ops::RangeInclusive<usize> = 5..=6;

/// Whether a login code is in what was said.
pub(super) fn is_in(said: &Said) -> bool {
    said.parts().any(|text| {
        let text = Text::new(text);
        let codes = codes(&text);
        if said.is_by_telegram() {
            !codes.is_empty() || speaks_of_codes(&text)
        } else {
            codes.iter().any(|code| means(&text, code, &codes))
        }
    })
}

/// The numbers that may be codes by how they are written.
fn codes(text: &Text) -> Vec<Candidate> {
    let mut found = Candidate::all(text);
    found.retain(|it| DIGITS.contains(&it.digits.len()) && !it.is_something_else(text));
    found
}

/// Whether a number is meant as a code, by what else is said.
fn means(text: &Text, code: &Candidate, all: &[Candidate]) -> bool {
    if speaks_of_codes(text) {
        return true;
    }
    if is_a_price(text, code) {
        return false;
    }
    let inside = |at: usize| {
        all.iter()
            .any(|it| (it.first..=it.last).contains(&at) && it.digits == code.digits)
    };
    text.tokens()
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
fn is_a_price(text: &Text, code: &Candidate) -> bool {
    matches!(
        code.tokens(text),
        [Token::Number(_), Token::Sign('.' | ','), Token::Number(cents)]
            if cents.len() == 2
    )
}

/// Whether the words are about a code with which one signs in.
fn speaks_of_codes(text: &Text) -> bool {
    let words: Vec<&str> = text.words().collect();
    words.iter().enumerate().any(|(at, word)| {
        let before = at.checked_sub(1).and_then(|at| words.get(at));
        let mut after = words.iter().skip(at + 1);
        let after = after.find(|word| !vocabulary::is_link(word));
        let other = |word: Option<&&str>| word.is_some_and(|it| vocabulary::is_of_other_codes(it));
        vocabulary::is_of_codes(word) && !other(before) && !other(after)
    })
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
