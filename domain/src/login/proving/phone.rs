//! The questions of signing in by phone number and code
//! (<https://core.telegram.org/api/auth>).

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::super::failure::Failure;
use super::super::policy::Policy;
use super::rejection::Rejection;
use crate::sealed::Sealed;
use crate::time::Timestamp;

/// The question for the phone number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    /// To how many more numbers a code may be sent.
    pub attempts_left: u8,
    /// Why the last answer was not taken.
    pub rejected: Option<Rejection>,
}

/// Declares the ways of codes: a row is all that the code has to know of one.
macro_rules! code_ways {
    ($($(#[$doc:meta])* $name:ident = $code:literal;)*) => {
        /// By which way Telegram sends a code (`auth.SentCodeType`, `auth.CodeType`).
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum CodeWay {
            $($(#[$doc])* $name,)*
        }

        impl CodeWay {
            /// All there are.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The stable name in the API and in the database.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }
        }
    };
}

code_ways! {
    /// A message in Telegram, on a device that is signed in.
    App = "app";
    /// A text message: digits.
    Sms = "sms";
    /// A text message: a word.
    SmsWord = "sms_word";
    /// A text message: a phrase.
    SmsPhrase = "sms_phrase";
    /// A call that says the digits.
    Call = "call";
    /// A call that nobody has to take: the code is the number that calls.
    FlashCall = "flash_call";
    /// A call that nobody has to take: the code is the last digits of the number
    /// that calls.
    MissedCall = "missed_call";
    /// An e-mail.
    Email = "email";
    /// A message on fragment.com, for numbers that were bought there.
    Fragment = "fragment";
}

impl CodeWay {
    /// Whether the code is words, not digits.
    pub fn is_words(self) -> bool {
        matches!(self, Self::SmsWord | Self::SmsPhrase)
    }
}

/// What the person is shown of a code that was sent. It tells of their number,
/// so it is kept sealed ([`crate::sealed::Purpose::CodeShown`]), as JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeShown {
    /// The last digits of the number.
    pub number_ends: String,
    /// How many digits the code has, if Telegram says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digits: Option<u8>,
    /// What is known of where it went or how it looks: the pattern of the e-mail
    /// address, the first digits of the number that calls, the first letter or
    /// words of what was sent, the page on fragment.com.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

impl CodeShown {
    /// As it is sealed.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        // Strings and numbers: there is nothing that cannot be written.
        Zeroizing::new(serde_json::to_vec(self).unwrap_or_default())
    }

    /// What was sealed; a newer program's as far as it is known.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        serde_json::from_slice(bytes).unwrap_or_default()
    }
}

/// A code that Telegram sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeSent {
    /// The number and what Telegram calls the code, sealed
    /// ([`crate::sealed::Purpose::CodeSent`]): what is needed to sign in, by this
    /// node or by the next one. Kept for as long as the code is asked for.
    pub handle: Sealed,
    /// [`CodeShown`], sealed.
    pub shown: Sealed,
    /// By which way it was sent.
    pub way: CodeWay,
    /// By which way the next one would be sent; `None`: there is none.
    pub next: Option<CodeWay>,
    /// From when on another one may be asked for.
    pub again_at: Timestamp,
}

/// The question for the code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// The code.
    pub sent: CodeSent,
    /// How many more codes may be typed.
    pub attempts_left: u8,
    /// To how many more numbers a code may be sent.
    pub numbers_left: u8,
    /// Why the last answer was not taken.
    pub rejected: Option<Rejection>,
}

impl Number {
    pub(in super::super) fn first(policy: &Policy) -> Self {
        Self {
            attempts_left: policy.numbers,
            rejected: None,
        }
    }

    pub(super) fn rejected(&self, why: Rejection) -> Result<Self, Failure> {
        let attempts_left = match why {
            // No one was asked for anything in vain.
            Rejection::Unheard => self.attempts_left,
            _ => self.attempts_left.saturating_sub(1),
        };
        if attempts_left == 0 {
            return Err(Failure::NumberAttempts);
        }
        Ok(Self {
            attempts_left,
            rejected: Some(why),
        })
    }
}

impl Code {
    /// Whether only another code leads on.
    pub fn is_expired(&self) -> bool {
        self.rejected == Some(Rejection::CodeExpired)
    }

    /// Whether another code may be asked for.
    pub fn may_be_sent_again(&self, now: Timestamp) -> bool {
        self.is_expired() || (self.sent.next.is_some() && now >= self.sent.again_at)
    }

    /// The question for another number.
    pub(in super::super) fn another_number(&self, why: Option<Rejection>) -> Number {
        Number {
            attempts_left: self.numbers_left,
            rejected: why,
        }
    }

    pub(super) fn rejected(&self, why: Rejection) -> Result<Self, Failure> {
        let mut code = Self {
            rejected: Some(why),
            ..self.clone()
        };
        match why {
            Rejection::CodeExpired | Rejection::Unheard => {}
            Rejection::NoOtherWay => code.sent.next = None,
            Rejection::CodeInvalid
            | Rejection::NumberInvalid
            | Rejection::NumberBanned
            | Rejection::NumberUnoccupied
            | Rejection::PasswordWrong => {
                code.attempts_left = self.attempts_left.saturating_sub(1);
                if code.attempts_left == 0 {
                    return Err(Failure::CodeAttempts);
                }
            }
        }
        Ok(code)
    }
}
