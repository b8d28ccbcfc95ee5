//! Login codes that were sent.

use grammers_tl_types::{enums, types};

use super::count;
use crate::world::{CodeWay, SentCode};

/// The address that codes are sent to by e-mail, as it is shown.
const EMAIL_PATTERN: &str = "m***e@example.org";

/// The page of Fragment on which codes are shown.
const FRAGMENT: &str = "https://fragment.com/login";

/// A login code that was sent, as its client sees it.
pub(crate) fn sent_code(sent: &SentCode) -> enums::auth::SentCode {
    let next_type = sent.next_ways.first().copied().and_then(next_type);
    let timeout = sent.timeout.filter(|_| next_type.is_some());
    enums::auth::SentCode::Code(types::auth::SentCode {
        r#type: code_type(sent),
        phone_code_hash: sent.hash.clone(),
        next_type,
        timeout: timeout.map(|seconds| i32::try_from(seconds).unwrap_or(i32::MAX)),
    })
}

fn code_type(sent: &SentCode) -> enums::auth::SentCodeType {
    use enums::auth::SentCodeType as Type;
    let length = count(sent.code.len());
    match sent.way {
        CodeWay::App => Type::App(types::auth::SentCodeTypeApp { length }),
        CodeWay::Sms => Type::Sms(types::auth::SentCodeTypeSms { length }),
        CodeWay::Call => Type::Call(types::auth::SentCodeTypeCall { length }),
        CodeWay::SmsWord => Type::SmsWord(types::auth::SentCodeTypeSmsWord {
            beginning: sent.code.get(..1).map(str::to_owned),
        }),
        CodeWay::SmsPhrase => Type::SmsPhrase(types::auth::SentCodeTypeSmsPhrase {
            beginning: sent.code.split(' ').next().map(str::to_owned),
        }),
        CodeWay::FlashCall => Type::FlashCall(types::auth::SentCodeTypeFlashCall {
            pattern: format!("{}*", sent.code.get(..4).unwrap_or_default()),
        }),
        CodeWay::MissedCall => {
            let caller = sent.caller.as_deref().unwrap_or_default();
            let prefix = caller.strip_suffix(&sent.code).unwrap_or(caller).to_owned();
            Type::MissedCall(types::auth::SentCodeTypeMissedCall { prefix, length })
        }
        CodeWay::Email => Type::EmailCode(types::auth::SentCodeTypeEmailCode {
            apple_signin_allowed: false,
            google_signin_allowed: false,
            email_pattern: EMAIL_PATTERN.to_owned(),
            length,
            reset_available_period: None,
            reset_pending_date: None,
        }),
        CodeWay::SetUpEmail => {
            Type::SetUpEmailRequired(types::auth::SentCodeTypeSetUpEmailRequired {
                apple_signin_allowed: false,
                google_signin_allowed: false,
            })
        }
        CodeWay::Fragment => Type::FragmentSms(types::auth::SentCodeTypeFragmentSms {
            url: FRAGMENT.to_owned(),
            length,
        }),
    }
}

/// How the schema announces a way.
fn next_type(way: CodeWay) -> Option<enums::auth::CodeType> {
    use enums::auth::CodeType as Type;
    match way {
        CodeWay::Sms | CodeWay::SmsWord | CodeWay::SmsPhrase => Some(Type::Sms),
        CodeWay::Call => Some(Type::Call),
        CodeWay::FlashCall => Some(Type::FlashCall),
        CodeWay::MissedCall => Some(Type::MissedCall),
        CodeWay::Fragment => Some(Type::FragmentSms),
        CodeWay::App | CodeWay::Email | CodeWay::SetUpEmail => None,
    }
}
