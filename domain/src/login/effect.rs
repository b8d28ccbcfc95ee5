//! What a login wants done.

use super::event::MigrationToken;
use crate::notice::NoticeKind;

/// What a login wants done. The driver carries them out in order and answers
/// with [`super::Event`]s.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Ask Telegram for a token, or for what became of the last one
    /// (`auth.exportLoginToken`).
    ExportToken,
    /// Move to another data centre and show the token there
    /// (`auth.importLoginToken`).
    ImportToken {
        /// The data centre.
        dc: i32,
        /// The token.
        token: MigrationToken,
    },
    /// Check the password that the driver holds (`auth.checkPassword`).
    CheckPassword,
    /// Ask Telegram whose account this is (`get_me`).
    Identify,
    /// Store the session and link the account.
    Link,
    /// Put it in the audit that another person's account was refused.
    RecordRefusal,
    /// Drop the password, if one is held.
    ForgetPassword,
    /// Let the bot tell the person.
    Notify(NoticeKind),
    /// Disconnect; what is left is logged out at `cleanup_at`.
    Disconnect,
}
