//! What of a login is sealed and shown to its owner alone, opened.

use zeroize::Zeroizing;

use crate::audit::{Access, AccessPurpose, Actor};
use crate::login::{Asking, CodeShown, Login, QrAsking, Question};
use crate::ports::{Vault, VaultError};
use crate::sealed::{Binding, Purpose, Sealed};

/// What of a login is sealed and shown to its owner alone, opened.
#[derive(Default)]
pub struct LoginContents {
    /// The token on show, if it waits to be scanned: a secret while it lives.
    pub token: Option<Zeroizing<Vec<u8>>>,
    /// The hint of the password that is asked for.
    pub hint: Option<String>,
    /// What is shown of the code that was sent.
    pub sent: Option<CodeShown>,
}

impl LoginContents {
    /// Opens what can be shown of a login as it is now.
    ///
    /// # Errors
    /// When something of it does not open.
    pub async fn open(vault: &dyn Vault, login: &Login) -> Result<Self, VaultError> {
        let token = match login.state.asking().and_then(Asking::qr) {
            Some(QrAsking::Pending(shown)) => {
                Some(open(vault, login, Purpose::QrToken, &shown.token).await?)
            }
            Some(QrAsking::Starting | QrAsking::Scanned { .. } | QrAsking::Migrating { .. })
            | None => None,
        };
        let question = login.state.question();
        let hint = match question.and_then(hint_of) {
            Some(sealed) => {
                let bytes = open(vault, login, Purpose::PasswordHint, sealed).await?;
                Some(String::from_utf8_lossy(&bytes).into_owned()).filter(|hint| !hint.is_empty())
            }
            None => None,
        };
        let sent = match question.and_then(Question::code) {
            Some(code) => {
                let bytes = open(vault, login, Purpose::CodeShown, &code.sent.shown).await?;
                Some(CodeShown::from_bytes(&bytes))
            }
            None => None,
        };
        Ok(Self { token, hint, sent })
    }
}

fn hint_of(question: &Question) -> Option<&Sealed> {
    match question {
        Question::Password(password) => password.hint.as_ref(),
        Question::Number(_) | Question::Code(_) => None,
    }
}

async fn open(
    vault: &dyn Vault,
    login: &Login,
    purpose: Purpose,
    sealed: &Sealed,
) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let access = Access {
        actor: Actor::Owner,
        reason: AccessPurpose::Show,
    };
    let binding = Binding::login(&login.owner, login.id, purpose);
    vault.open(&binding, sealed, &access).await
}
