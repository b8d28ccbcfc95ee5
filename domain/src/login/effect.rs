//! What a login wants done.

use super::asking::QrEffect;
use super::proving::CodeSent;
use crate::notice::NoticeKind;

/// What a login wants done. The driver carries them out in order and answers
/// with [`super::Event`]s.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// What the QR code wants.
    Qr(QrEffect),
    /// Check the answer that the driver holds (`auth.sendCode`, `auth.resendCode`,
    /// `auth.signIn`, `auth.checkPassword`).
    CheckAnswer,
    /// Ask Telegram whose account this is (`get_me`).
    Identify,
    /// Store the session and link the account.
    Link,
    /// Put it in the audit that another person's account was refused.
    RecordRefusal,
    /// Drop the answer, if one is held.
    ForgetAnswer,
    /// The code is not waited for any longer: let Telegram forget it
    /// (`auth.cancelCode`).
    CancelCode(CodeSent),
    /// Let the bot tell the person.
    Notify(NoticeKind),
    /// Disconnect; what is left is logged out at `cleanup_at`.
    Disconnect,
}

impl From<QrEffect> for Effect {
    fn from(effect: QrEffect) -> Self {
        Self::Qr(effect)
    }
}
