//! Why an answer was not taken.

/// Declares why an answer was not taken: a row is all that the code has to know
/// of one. Its words are in `words/locales/*/phone.ftl`.
macro_rules! rejections {
    ($($(#[$doc:meta])* $name:ident = $code:literal;)*) => {
        /// Why an answer was not taken, although another may be given.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Rejection {
            $($(#[$doc])* $name,)*
        }

        impl Rejection {
            /// All there are.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The stable code in the API and in the database.
            pub fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }
        }
    };
}

rejections! {
    /// It is no phone number (`PHONE_NUMBER_INVALID`).
    NumberInvalid = "number_invalid";
    /// Telegram banned the number (`PHONE_NUMBER_BANNED`).
    NumberBanned = "number_banned";
    /// There is no account with this number (`PHONE_NUMBER_UNOCCUPIED`,
    /// `auth.authorizationSignUpRequired`). Sesame makes none.
    NumberUnoccupied = "number_unoccupied";
    /// The code was wrong (`PHONE_CODE_INVALID`, `PHONE_CODE_EMPTY`).
    CodeInvalid = "code_invalid";
    /// The code is no longer good (`PHONE_CODE_EXPIRED`): another one is needed.
    CodeExpired = "code_expired";
    /// Telegram has no other way to send a code (`SEND_CODE_UNAVAILABLE`).
    NoOtherWay = "no_other_way";
    /// What Telegram answered was not heard, and whoever held the answer of the
    /// person is gone: it has to be given once more.
    Unheard = "unheard";
    /// The cloud password was wrong (`PASSWORD_HASH_INVALID`).
    PasswordWrong = "password_wrong";
}
