//! The way by QR code, as a driver goes it
//! (<https://core.telegram.org/api/qr-login>): tokens are exported and renewed,
//! and shown in another data centre when the account lives there.

use chrono::TimeDelta;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use grammers_tl_types::{enums, functions, types};
use sesame_domain::login::{
    CallFailure, Event, Failure, MigrationToken, Policy, QrAsking, QrEffect, QrEvent,
};

use sesame_domain::ports::VaultError;
use sesame_domain::sealed::Purpose;
use sesame_domain::time::Timestamp;
use zeroize::Zeroizing;

use crate::application::export_request;
use crate::connection::Caller;
use crate::gate::{CallPolicy, TelegramError};
use crate::log_out::{Found, log_out};
use crate::me::whoami;
use crate::node::Node;
use crate::session::UserSession;
use crate::update::Update;

use super::super::call::QrCall;
use super::super::calls::{Answer, Asker, Outcome, failed_by};

/// The shortest life of a token: less comes from a clock that is wrong, ours or
/// theirs.
const TOKEN_LIFE_MIN: TimeDelta = TimeDelta::seconds(2);

/// What a driver remembers of the way by QR code.
#[derive(Debug, Default)]
pub(in super::super) struct Qr {
    /// Where the token for a move was shown with the last call.
    imported_at: Option<i32>,
}

/// The call that an effect asks for.
pub(super) fn call_of(effect: QrEffect) -> QrCall {
    match effect {
        QrEffect::ExportToken => QrCall::Export,
        QrEffect::ImportToken { dc, token } => QrCall::PrepareMove { dc, token },
    }
}

/// What the login hears of what Telegram says by itself.
pub(super) fn event_of(update: Update) -> Option<QrEvent> {
    match update {
        Update::LoginAccepted => Some(QrEvent::TokenAccepted),
        Update::Closed | Update::Other => None,
    }
}

/// The call to begin with under a new driver, if it is not the one that the
/// login wants by itself.
pub(super) fn taken_over(asking: &QrAsking, session: &UserSession) -> Option<QrCall> {
    match asking {
        QrAsking::Migrating { dc } if session.keyed_dcs().contains(dc) => {
            Some(QrCall::Probe { dc: *dc })
        }
        QrAsking::Starting
        | QrAsking::Pending(_)
        | QrAsking::Scanned { .. }
        | QrAsking::Migrating { .. } => None,
    }
}

/// Whether another session will do as well as one that is gone.
pub(super) fn may_start_over(asking: &QrAsking) -> bool {
    match asking {
        QrAsking::Starting | QrAsking::Pending(_) => true,
        QrAsking::Scanned { .. } | QrAsking::Migrating { .. } => false,
    }
}

/// The call that makes another connection when one was closed over which
/// something was to be heard.
pub(super) fn listening_again(asking: &QrAsking) -> Option<QrCall> {
    match asking {
        QrAsking::Starting | QrAsking::Pending(_) | QrAsking::Scanned { .. } => {
            Some(QrCall::Export)
        }
        QrAsking::Migrating { .. } => None,
    }
}

impl Qr {
    /// Makes a call.
    pub(super) fn make(&mut self, call: QrCall, asker: Asker) -> BoxFuture<'static, Answer> {
        let imported_at = self.imported_at.take();
        match call {
            QrCall::Export => match imported_at {
                Some(dc) => asker.export_unless_moved(dc).boxed(),
                None => asker.export().boxed(),
            },
            QrCall::Probe { dc } => asker.probe(dc).boxed(),
            QrCall::PrepareMove { dc, token } => asker.prepare_move(dc, token).boxed(),
            QrCall::Import { dc, token } => {
                self.imported_at = Some(dc);
                asker.import(dc, token).boxed()
            }
            QrCall::WithoutPassword => asker.without_password().boxed(),
        }
    }

    /// Another call than one of this way is made.
    pub(super) fn leave_off(&mut self) {
        self.imported_at = None;
    }
}

impl Asker {
    /// Asks for a token, or for what became of the last one.
    async fn export(self) -> Answer {
        let request = export_request(&self.node.settings);
        let answer = self
            .node
            .gate
            .call(&self.caller, &request, CallPolicy::INTERACTIVE)
            .await;
        self.token(answer).await
    }

    /// Agrees on a key with the data centre that the login moves to.
    async fn prepare_move(self, dc: i32, token: MigrationToken) -> Answer {
        let request = functions::help::GetConfig {};
        let gate = &self.node.gate;
        let answer = gate.call_in(&self.caller, dc, &request, CallPolicy::INTERACTIVE);
        Ok(match answer.await {
            Ok(_) => Outcome::StoreThen(QrCall::Import { dc, token }.into()),
            Err(error) => self.failed("help.getConfig", &error),
        })
    }

    /// Shows the token in the other data centre; from then on it is home.
    async fn import(self, dc: i32, token: MigrationToken) -> Answer {
        let request = functions::auth::ImportLoginToken {
            token: token.0.to_vec(),
        };
        let policy = CallPolicy::INTERACTIVE.settling();
        let gate = &self.node.gate;
        let answer = gate.call_in(&self.caller, dc, &request, policy).await;
        if matches!(answer, Ok(_) | Err(TelegramError::PasswordNeeded)) {
            self.moved_to(dc);
        }
        // Whether the move was made, if its answer was lost
        // (`TelegramError::Unanswered`), `export_unless_moved` finds out.
        // The token died on the way; the old home gives another.
        if matches!(&answer, Err(error) if is_stale_token(error)) {
            return Ok(failed_by(CallFailure::Unavailable));
        }
        self.token(answer).await
    }

    /// Asks for a token, unless the move to that data centre was made after
    /// all: its answer may have been lost, and no one can make it twice.
    async fn export_unless_moved(self, dc: i32) -> Answer {
        match self.clone().find_move(dc).await? {
            Some(moved) => Ok(moved),
            None => self.export().await,
        }
    }

    /// Whether a driver before this one made the move to this data centre; if
    /// not, the login begins again with another token.
    async fn probe(self, dc: i32) -> Answer {
        let moved = self.find_move(dc).await?;
        Ok(moved.unwrap_or(Outcome::Event(Event::Adopted)))
    }

    /// What follows if the move to this data centre was made.
    async fn find_move(self, dc: i32) -> Result<Option<Outcome>, VaultError> {
        let gate = &self.node.gate;
        let request = whoami();
        let answer = gate.call_in(&self.caller, dc, &request, CallPolicy::INTERACTIVE);
        match answer.await {
            Ok(_) => {
                self.moved_to(dc);
                Ok(Some(Outcome::Event(Event::SignedIn)))
            }
            Err(TelegramError::PasswordNeeded) => {
                self.moved_to(dc);
                self.password_asked().await.map(Some)
            }
            Err(_) => Ok(None),
        }
    }

    /// The password that Telegram asked for is gone: asking for a token shows
    /// whether it lets us in now. It may also want everything from the start;
    /// then the login is over, since no one would know why it shows a new code.
    async fn without_password(self) -> Answer {
        use enums::auth::LoginToken;
        let request = export_request(&self.node.settings);
        let policy = CallPolicy::INTERACTIVE.settling();
        Ok(
            match self.node.gate.call(&self.caller, &request, policy).await {
                Ok(LoginToken::Success(_)) => Outcome::Event(Event::SignedIn),
                Ok(LoginToken::MigrateTo(moving)) => Outcome::Event(migration(moving)),
                Ok(LoginToken::Token(_))
                | Err(
                    TelegramError::PasswordNeeded
                    | TelegramError::Unregistered
                    | TelegramError::Refused { .. },
                ) => failed_by(CallFailure::Failed(Failure::PasswordRemoved)),
                Err(error) => self.failed("auth.exportLoginToken", &error),
            },
        )
    }

    /// What an answer about a token means; every way to it is treated alike.
    async fn token(&self, answer: Result<enums::auth::LoginToken, TelegramError>) -> Answer {
        use enums::auth::LoginToken;
        match answer {
            Ok(LoginToken::Token(token)) => self.show(token).await,
            Ok(LoginToken::MigrateTo(moving)) => Ok(Outcome::Event(migration(moving))),
            Ok(LoginToken::Success(_)) => Ok(Outcome::Event(Event::SignedIn)),
            Err(TelegramError::PasswordNeeded) => self.password_asked().await,
            Err(error) => Ok(self.failed("auth.exportLoginToken", &error)),
        }
    }

    async fn show(&self, token: types::auth::LoginToken) -> Answer {
        let secret = Zeroizing::new(token.token);
        let expires_at = expiry(token.expires, self.node.now());
        let token = self.seal(Purpose::QrToken, &secret).await?;
        Ok(Outcome::Event(
            QrEvent::TokenExported { token, expires_at }.into(),
        ))
    }
}

fn migration(moving: types::auth::LoginTokenMigrateTo) -> Event {
    let asked = QrEvent::MigrationAsked {
        dc: moving.dc_id,
        token: MigrationToken(Zeroizing::new(moving.token)),
    };
    asked.into()
}

fn is_stale_token(error: &TelegramError) -> bool {
    error.is("AUTH_TOKEN_EXPIRED") || error.is("AUTH_TOKEN_INVALID")
}

fn expiry(expires: i32, now: Timestamp) -> Timestamp {
    Timestamp::from_timestamp(expires.into(), 0)
        .unwrap_or(now)
        .clamp(now + TOKEN_LIFE_MIN, now + Policy::TOKEN_LIFE_MAX)
}

/// The last token may have been scanned with no one there to hear it: what
/// was accepted is claimed, so that it can be logged out. Whether anything was.
pub(super) async fn claim_and_log_out(
    node: &Node,
    caller: &Caller,
) -> Result<Found, TelegramError> {
    use enums::auth::LoginToken;
    let request = export_request(&node.settings);
    match node
        .gate
        .call(caller, &request, CallPolicy::BACKGROUND)
        .await
    {
        Ok(LoginToken::Success(_)) | Err(TelegramError::PasswordNeeded) => {
            log_out(node, caller, caller.home()).await?;
            Ok(Found::Someone)
        }
        Ok(LoginToken::MigrateTo(moving)) => {
            follow_and_log_out(node, caller, moving).await?;
            Ok(Found::Someone)
        }
        // Nothing was accepted; or it was withdrawn, or it lapsed.
        Ok(LoginToken::Token(_)) => Ok(Found::NoOne),
        Err(error) if leaves_nothing(&error) => Ok(Found::NoOne),
        Err(error) => Err(error),
    }
}

async fn follow_and_log_out(
    node: &Node,
    caller: &Caller,
    moving: types::auth::LoginTokenMigrateTo,
) -> Result<(), TelegramError> {
    let dc = moving.dc_id;
    let token = moving.token;
    let request = functions::auth::ImportLoginToken { token };
    let policy = CallPolicy::BACKGROUND.settling();
    match node.gate.call_in(caller, dc, &request, policy).await {
        Ok(_) | Err(TelegramError::PasswordNeeded) => {
            log_out(node, caller, dc).await?;
        }
        Err(error) if leaves_nothing(&error) => {}
        // Also when it is not known whether the token was used up: the next
        // clean-up looks in this data centre, since there is a key for it.
        Err(error) => return Err(error),
    }
    Ok(())
}

/// Whether after this error there is nothing left that could be claimed.
fn leaves_nothing(error: &TelegramError) -> bool {
    matches!(
        error,
        TelegramError::Refused { .. } | TelegramError::Unregistered | TelegramError::Lost(_)
    )
}
