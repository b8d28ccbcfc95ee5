//! What is said of the code that Telegram sent, by names that the domain has.

use sesame_domain::login::{CodeWay, Rejection};

use crate::markup::Text;
use crate::messages::AppWords;

impl AppWords {
    /// Why the answer to the question for the code was not taken.
    pub fn code_rejection(self, why: Rejection, attempts_left: u8) -> Text {
        match why {
            Rejection::CodeExpired => self.login_code_expired(),
            Rejection::Unheard => self.login_code_unheard(),
            Rejection::NoOtherWay => self.login_code_no_other(),
            Rejection::CodeInvalid
            | Rejection::NumberInvalid
            | Rejection::NumberBanned
            | Rejection::NumberUnoccupied
            | Rejection::PasswordWrong => self.login_code_rejected(u64::from(attempts_left)),
        }
    }

    /// What Telegram says of where the code went or how it looks.
    pub fn code_detail(self, way: CodeWay, detail: &str) -> Option<Text> {
        match way {
            CodeWay::Email => Some(self.login_code_email(detail)),
            CodeWay::FlashCall | CodeWay::MissedCall => Some(self.login_code_calls(detail)),
            CodeWay::SmsWord | CodeWay::SmsPhrase => Some(self.login_code_begins(detail)),
            CodeWay::App | CodeWay::Sms | CodeWay::Call | CodeWay::Fragment => None,
        }
    }
}
