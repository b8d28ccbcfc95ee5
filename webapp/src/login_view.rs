//! A login with what has to be opened to show it.

use chrono::TimeDelta;
use sesame_domain::login::{
    Asking, Code as SentCode, CodeShown, Login, Number, Password, QrAsking, Question, State,
};
use sesame_domain::login_contents::LoginContents;
use sesame_domain::time::Timestamp;
use zeroize::Zeroizing;

use crate::app::App;
use crate::problem::ApiError;
use crate::qr;

/// A login with what has to be opened to show it.
pub(crate) struct LoginView {
    pub(crate) login: Login,
    /// The code on show, if it waits to be scanned.
    pub(crate) code: Option<Code>,
    /// The hint of the password that is asked for.
    pub(crate) hint: Option<String>,
    /// What is shown of the code that was sent.
    sent: Option<CodeShown>,
}

/// The code on show.
pub(crate) struct Code {
    /// `tg://login?token=…`: a secret while it lives.
    pub(crate) url: Zeroizing<String>,
    pub(crate) expires_at: Timestamp,
}

impl LoginView {
    /// Opens what can be shown of a login.
    pub(crate) async fn open(app: &App, login: Login) -> Result<Self, ApiError> {
        let contents = LoginContents::open(app.ports.vault.as_ref(), &login).await?;
        let code = match (login.state.asking().and_then(Asking::qr), &contents.token) {
            (Some(QrAsking::Pending(shown)), Some(token)) => Some(Code {
                url: qr::login_url(token),
                expires_at: shown.expires_at,
            }),
            _ => None,
        };
        Ok(Self {
            login,
            code,
            hint: contents.hint,
            sent: contents.sent,
        })
    }

    /// The question for the code that was sent, and what is shown of it.
    pub(crate) fn sent_code(&self) -> Option<(&SentCode, &CodeShown)> {
        let code = self.login.state.question()?.code()?;
        Some((code, self.sent.as_ref()?))
    }

    /// The code, if a phone would still be answered.
    pub(crate) fn live_code(&self, now: Timestamp) -> Option<&Code> {
        self.code
            .as_ref()
            .filter(|code| code.expires_at > now && self.login.retry.is_none())
    }

    /// How much of the login's life is over, in thousandths.
    pub(crate) fn elapsed_permille(&self, now: Timestamp) -> i64 {
        let whole = (self.login.scan_until() - self.login.created_at).max(TimeDelta::seconds(1));
        let gone = (now - self.login.created_at).clamp(TimeDelta::zero(), whole);
        gone.num_milliseconds() * 1000 / whole.num_milliseconds()
    }
}

/// What a login asks for, if it asks for a password.
pub(crate) fn password(state: &State) -> Option<&Password> {
    match state.question()? {
        Question::Password(password) => Some(password),
        Question::Number(_) | Question::Code(_) => None,
    }
}

/// What a login asks for, if it asks for a phone number.
pub(crate) fn number(state: &State) -> Option<&Number> {
    match state.question()? {
        Question::Number(number) => Some(number),
        Question::Code(_) | Question::Password(_) => None,
    }
}
