//! How login codes reach a person
//! (<https://core.telegram.org/api/auth#code-types>).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::entropy;

/// The length of a login code of digits.
const CODE_DIGITS: usize = 5;

/// How every number begins that calls with a code.
const CALLER_PREFIX: &str = "1555";

/// What codes of words are made of.
const WORDS: [&str; 16] = [
    "amber", "basket", "cedar", "dolphin", "ember", "feather", "garden", "harbour", "island",
    "juniper", "kettle", "lantern", "meadow", "north", "orchard", "pebble",
];

/// A way in which a login code reaches a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CodeWay {
    /// A message of Telegram in the apps that are signed in.
    App,
    /// A text message with digits.
    Sms,
    /// A text message with a word.
    SmsWord,
    /// A text message with some words.
    SmsPhrase,
    /// A call in which a voice says the digits.
    Call,
    /// A call that is hung up; the number that calls is the code. Only for
    /// clients that say that they take it.
    FlashCall,
    /// A call that is hung up; the last digits of the number are the code.
    /// Only for clients that say that they take it.
    MissedCall,
    /// A letter to the address that the person gave.
    Email,
    /// Nothing is sent: the person has to give an address first.
    SetUpEmail,
    /// Fragment, for numbers that were bought there.
    Fragment,
}

impl CodeWay {
    /// Whether a code can be sent this way when it is asked for once more.
    fn can_follow(self) -> bool {
        !matches!(self, Self::App | Self::Email | Self::SetUpEmail)
    }

    /// A new code for this way.
    pub(super) fn code(self) -> NewCode {
        let plain = |code| NewCode { code, caller: None };
        match self {
            Self::App | Self::Sms | Self::Call | Self::Email | Self::Fragment => {
                plain(entropy::code(CODE_DIGITS))
            }
            Self::SetUpEmail => plain(String::new()),
            Self::SmsWord => plain(word().to_owned()),
            Self::SmsPhrase => plain([word(), word(), word()].join(" ")),
            Self::FlashCall => {
                let caller = format!("{CALLER_PREFIX}{}", entropy::code(7));
                NewCode {
                    code: caller.clone(),
                    caller: Some(caller),
                }
            }
            Self::MissedCall => {
                let code = entropy::code(CODE_DIGITS);
                NewCode {
                    caller: Some(format!("{CALLER_PREFIX}{}{code}", entropy::code(2))),
                    code,
                }
            }
        }
    }
}

/// A code that is to be sent.
pub(super) struct NewCode {
    /// What has to be typed.
    pub(super) code: String,
    /// The number that calls, if one does.
    pub(super) caller: Option<String>,
}

fn word() -> &'static str {
    let [byte] = entropy::bytes::<1>();
    WORDS[usize::from(byte) % WORDS.len()]
}

/// What a client says about calls that are hung up.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct TakenCalls {
    /// It takes the number that calls for the code.
    pub(crate) flash: bool,
    /// It asks for the last digits of the number.
    pub(crate) missed: bool,
}

/// How login codes reach a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CodeDelivery {
    /// The ways, in the order in which they are tried: the first when a code is
    /// asked for, the others one by one when it is asked for once more. `app`,
    /// `email` and `set_up_email` can only be the first.
    pub ways: Vec<CodeWay>,
    /// After how many seconds a code can be asked for once more; at once if absent.
    #[serde(default)]
    pub timeout: Option<u32>,
}

impl Default for CodeDelivery {
    fn default() -> Self {
        Self {
            ways: vec![CodeWay::App, CodeWay::Sms, CodeWay::Call],
            timeout: Some(60),
        }
    }
}

impl CodeDelivery {
    /// To a number that has no account, so that no app can show anything.
    pub(crate) fn without_account() -> Self {
        Self {
            ways: vec![CodeWay::Sms, CodeWay::Call],
            ..Self::default()
        }
    }

    /// The ways that are open to a client. A text message is for everyone.
    pub(super) fn open_to(&self, calls: TakenCalls) -> Vec<CodeWay> {
        let taken = |way: &CodeWay| match way {
            CodeWay::FlashCall => calls.flash,
            CodeWay::MissedCall => calls.missed,
            _ => true,
        };
        let mut open: Vec<_> = self.ways.iter().copied().filter(taken).collect();
        if open.is_empty() {
            open.push(CodeWay::Sms);
        }
        let first = open.remove(0);
        let following = open.into_iter().filter(|way| way.can_follow());
        std::iter::once(first).chain(following).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_that_a_client_does_not_take_or_that_cannot_follow_are_left_out() {
        let delivery = CodeDelivery {
            ways: vec![
                CodeWay::FlashCall,
                CodeWay::Sms,
                CodeWay::App,
                CodeWay::MissedCall,
            ],
            timeout: None,
        };
        let flash = TakenCalls {
            flash: true,
            missed: false,
        };
        assert_eq!(delivery.open_to(flash), [CodeWay::FlashCall, CodeWay::Sms]);
        assert_eq!(delivery.open_to(TakenCalls::default()), [CodeWay::Sms]);
        let calls_only = CodeDelivery {
            ways: vec![CodeWay::MissedCall],
            timeout: None,
        };
        assert_eq!(calls_only.open_to(TakenCalls::default()), [CodeWay::Sms]);
    }

    #[test]
    fn the_number_of_a_missed_call_ends_in_the_code() {
        let missed = CodeWay::MissedCall.code();
        assert!(missed.caller.unwrap().ends_with(&missed.code));
        let flash = CodeWay::FlashCall.code();
        assert_eq!(flash.caller.unwrap(), flash.code);
    }
}
