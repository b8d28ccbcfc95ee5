//! Why a login failed.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// What a person can do after a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WayOn {
    /// Begin again at once.
    Again,
    /// Begin again after this moment.
    Later(Timestamp),
    /// Nothing here: only Telegram, or whoever runs this, can help.
    Nothing,
}

/// Declares the reasons: a row is all that the code has to know of one. Its
/// words are in `words/locales/*/failures.ftl`, under its code.
macro_rules! failures {
    (
        lasting { $($(#[$doc:meta])* $name:ident = $code:literal, $way:ident;)* }
        passing { $($(#[$later_doc:meta])* $later:ident = $later_code:literal;)* }
        either { $($(#[$either_doc:meta])* $either:ident = $either_code:literal;)* }
    ) => {
        /// Why a login failed. Each reason has its own words and its own way on.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(tag = "code")]
        pub enum Failure {
            $($(#[$doc])* #[serde(rename = $code)] $name,)*
            $(
                $(#[$later_doc])*
                #[serde(rename = $later_code)]
                $later {
                    /// Until then.
                    until: Timestamp,
                },
            )*
            $(
                $(#[$either_doc])*
                #[serde(rename = $either_code)]
                $either {
                    /// Until then, if that is known.
                    #[serde(default, skip_serializing_if = "Option::is_none")]
                    until: Option<Timestamp>,
                },
            )*
        }

        impl Failure {
            /// The codes of all reasons.
            pub const CODES: &[&str] = &[$($code,)* $($later_code,)* $($either_code,)*];

            /// Every reason; those that pass, until then.
            pub fn every(until: Timestamp) -> impl Iterator<Item = Self> {
                [
                    $(Self::$name,)*
                    $(Self::$later { until },)*
                    $(Self::$either { until: Some(until) },)*
                ]
                .into_iter()
            }

            /// The stable code for the API, metrics and the database.
            pub fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                    $(Self::$later { .. } => $later_code,)*
                    $(Self::$either { .. } => $either_code,)*
                }
            }

            /// What the person can do now.
            pub fn way_on(self) -> WayOn {
                match self {
                    $(Self::$name => WayOn::$way,)*
                    $(Self::$later { until } => WayOn::Later(until),)*
                    $(Self::$either { until } => until.map_or(WayOn::Again, WayOn::Later),)*
                }
            }

            /// The failure with this code, as the database keeps it.
            pub fn from_parts(code: &str, retry_at: Option<Timestamp>) -> Option<Self> {
                Some(match (code, retry_at) {
                    $(($code, None) => Self::$name,)*
                    $(($later_code, Some(until)) => Self::$later { until },)*
                    $(($either_code, until) => Self::$either { until },)*
                    _ => return None,
                })
            }
        }
    };
}

failures! {
    lasting {
        /// Someone else's account was scanned. It was logged out again.
        WrongAccount = "wrong_account", Again;
        /// Telegram froze the account.
        Frozen = "frozen", Nothing;
        /// Telegram banned the account.
        Banned = "banned", Nothing;
        /// The account was deleted at Telegram.
        Deleted = "deleted", Nothing;
        /// The password was wrong too often.
        PasswordAttempts = "password_attempts", Again;
        /// No number that was given led on.
        NumberAttempts = "number_attempts", Again;
        /// The code was wrong too often.
        CodeAttempts = "code_attempts", Again;
        /// Telegram does not send a code to this number by any way that leads on here.
        CodeUnavailable = "code_unavailable", Again;
        /// Telegram wants the account to have an e-mail address first
        /// (`auth.sentCodeTypeSetUpEmailRequired`).
        EmailRequired = "email_required", Again;
        /// The cloud password was removed while it was asked for, and Telegram
        /// does not let this sign-in go on without it.
        PasswordRemoved = "password_removed", Again;
        /// The sign-in was ended from the person's other device ("it wasn't me").
        Revoked = "revoked", Again;
        /// Telegram does not take this application: a matter for its operator.
        AppRefused = "app_refused", Nothing;
        /// Our fault. The log says more.
        Internal = "internal", Again;
    }
    passing {
        /// Telegram wants us to wait.
        Flood = "flood";
        /// Telegram sends no more codes to the number for now (`PHONE_NUMBER_FLOOD`).
        NumberFlood = "number_flood";
        /// Telegram takes no more sign-ins or passwords of the account for now
        /// (`PHONE_PASSWORD_FLOOD`).
        PasswordFlood = "password_flood";
        /// The account has had its logins for today.
        LoginBudget = "login_budget";
    }
    either {
        /// Telegram could not be reached, or the data centre is left alone until
        /// then since it does not answer.
        TelegramUnavailable = "telegram_unavailable";
    }
}

impl Failure {
    /// When trying again makes sense; `None`: at once, or never.
    pub fn retry_at(self) -> Option<Timestamp> {
        match self.way_on() {
            WayOn::Later(until) => Some(until),
            WayOn::Again | WayOn::Nothing => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    #[test]
    fn what_is_kept_of_a_failure_tells_it() {
        let until = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        for failure in Failure::every(until) {
            let kept = Failure::from_parts(failure.code(), failure.retry_at());
            assert_eq!(kept, Some(failure));
            let json = serde_json::to_value(failure).unwrap();
            assert_eq!(json["code"], failure.code());
            assert_eq!(json.get("until").is_some(), failure.retry_at().is_some());
            assert_eq!(serde_json::from_value::<Failure>(json).unwrap(), failure);
        }
        let codes: Vec<_> = Failure::every(until).map(Failure::code).collect();
        assert_eq!(codes, Failure::CODES);
    }

    #[test]
    fn what_is_kept_of_no_failure_tells_none() {
        let until = DateTime::from_timestamp(1_800_000_000, 0);
        assert_eq!(Failure::from_parts("flood", None), None);
        assert_eq!(Failure::from_parts("frozen", until), None);
        assert_eq!(Failure::from_parts("of_another_time", None), None);
        let silent = Failure::TelegramUnavailable { until: None };
        assert_eq!(Failure::from_parts(silent.code(), None), Some(silent));
        let json = serde_json::to_value(silent).unwrap();
        assert_eq!(json, serde_json::json!({ "code": "telegram_unavailable" }));
        assert_eq!(silent.way_on(), WayOn::Again);
    }
}
