//! How a driver takes a login over, and how it links the account in the end.

use std::mem;
use std::sync::Arc;

use sesame_domain::account::DeathCause;
use sesame_domain::audit::AccessPurpose;
use sesame_domain::held_lease::Hold;
use sesame_domain::ids::{AccountId, LoginId, SessionId};
use sesame_domain::login::{CallFailure, Event, Failure, Finishing, Login, State};
use sesame_domain::ports::{ClaimedLogin, EndedLogin, LinkRequest, StoreError, Topic, VaultError};
use sesame_domain::reason::Reason;
use sesame_domain::sealed::{Binding, Purpose, Sealed};
use tokio::time::Instant;

use crate::node::{Node, access};
use crate::session::UserSession;

use super::counter::LoginCounter;
use super::driver::{Driver, FIRST_LOOK, Stopped};
use super::password::SafeGroups;
use super::steps::{audit, notices};
use super::ways::{Way, may_start_over, taken_over};

impl Driver {
    /// Claims a login: from here on, only this driver can write it.
    pub(super) async fn claim(
        node: &Arc<Node>,
        safe_groups: &Arc<SafeGroups>,
        id: LoginId,
        hold: Hold,
    ) -> Result<Self, StoreError> {
        let claimed = node.ports.logins.claim(id, node.id()).await?;
        let ClaimedLogin {
            login,
            fence,
            session,
            intent,
        } = claimed;
        let way = Way::of(login.method);
        Ok(Self {
            node: Arc::clone(node),
            safe_groups: Arc::clone(safe_groups),
            hold,
            counter: LoginCounter::of(&login),
            login,
            fence,
            sealed: session,
            session: None,
            stored: None,
            connection: None,
            running: None,
            wanted: None,
            answer: None,
            unused_code: None,
            profile: None,
            identified: None,
            wishes_at: Instant::now() + FIRST_LOOK,
            closed_at: None,
            way,
            intent,
            cleanup_time: None,
        })
    }

    /// Opens the half-signed-in session that was stored.
    pub(super) async fn open(&mut self, sealed: &Sealed) -> Result<(), Stopped> {
        let login = &self.login;
        let binding = Binding::login(&login.owner, login.id, Purpose::LoginSession);
        let vault = &self.node.ports.vault;
        let access = access("login", AccessPurpose::Resume);
        let bytes = match vault.open(&binding, sealed, &access).await {
            Ok(bytes) => bytes,
            // No second look makes it readable: the login goes on without it.
            Err(error @ (VaultError::Tampered | VaultError::Format)) => {
                tracing::error!(error = %Reason::of(&error), login.id = %login.id, "a login's session does not open");
                return Ok(());
            }
            // Later it may open: the login waits for another driver.
            Err(
                error @ (VaultError::UnknownKey(_)
                | VaultError::RetiredKey(_)
                | VaultError::Provider(_)
                | VaultError::Register(_)
                | VaultError::Audit(_)),
            ) => return Err(error.into()),
        };
        match UserSession::from_bytes(&bytes) {
            Ok(session) => {
                self.stored = Some(session.version());
                self.session = Some(Arc::new(session));
            }
            Err(error) => {
                tracing::error!(error = %Reason::of(&error), login.id = %login.id, "a login's session is unreadable");
            }
        }
        Ok(())
    }

    /// Finds out where the login stands, and goes on from there.
    pub(super) async fn take_over(&mut self) -> Result<(), Stopped> {
        // What is linked is linked: an intent that came too late changes nothing.
        let is_linking = matches!(
            self.login.state,
            State::Finishing(Finishing::Linking { .. })
        );
        if is_linking && self.session.is_none() {
            return self.finish_link().await;
        }
        if let Some(intent) = self.intent.take() {
            return self.follow(intent).await;
        }
        let Some(session) = &self.session else {
            return if may_start_over(&self.login.state) {
                self.apply(Event::Adopted).await
            } else {
                self.lost().await
            };
        };
        let asking = self.login.state.asking();
        match asking.and_then(|asking| taken_over(asking, session)) {
            Some(call) => {
                self.wanted = Some(call);
                Ok(())
            }
            None => self.apply(Event::Adopted).await,
        }
    }

    /// The session is gone, and with it the way to go on.
    async fn lost(&mut self) -> Result<(), Stopped> {
        let cause = DeathCause::Unreadable;
        self.apply(Event::CallFailed(CallFailure::Lost(cause)))
            .await
    }

    /// The driver before this one may have linked the account and died before
    /// it could say so.
    async fn finish_link(&mut self) -> Result<(), Stopped> {
        let id = session_of(&self.login);
        let account = self.node.ports.accounts.of(&self.login.owner).await?;
        match account.filter(|account| account.session == id) {
            Some(account) => {
                let account = account.id;
                self.apply(Event::Linked { account }).await
            }
            None => self.lost().await,
        }
    }

    /// Stores the session as the account's, and the account as linked.
    pub(super) async fn link(&mut self) -> Result<(), Stopped> {
        let (Some(session), Some(profile)) = (self.session.clone(), self.profile.clone()) else {
            return self
                .apply(Event::CallFailed(CallFailure::Failed(Failure::Internal)))
                .await;
        };
        let (bytes, _) = session.to_bytes();
        let id = session_of(&self.login);
        let binding = Binding::session(&self.login.owner, id);
        let access = access("login", AccessPurpose::Link);
        let vault = Arc::clone(&self.node.ports.vault);
        // Once it is stored, others may open it, and a key must not be used in
        // two places at once.
        let sealing = vault.seal(&binding, &bytes, &access);
        let (sealed, ()) = tokio::join!(sealing, self.disconnect());
        let sealed = sealed?;
        let now = self.node.now();
        let end = |login: &Login, account| ended(&self.node, login, account);
        let request = LinkRequest {
            login: &self.login,
            fence: self.fence,
            end: &end,
            new_account: AccountId::generate(self.node.ports.entropy.as_ref(), now),
            session: id,
            sealed,
            cursor: session.cursor(),
            profile,
            now,
            origin: self.node.origin(),
        };
        let linked = self.node.ports.logins.link(request).await?;
        self.session = None;
        let before = mem::replace(&mut self.login, linked.login);
        self.node.publish(Topic::Outbox).await;
        self.tell(&before).await;
        self.node.publish(Topic::Leaving).await;
        Ok(())
    }
}

/// The login once it is linked, and what is written with it.
fn ended(node: &Node, before: &Login, account: AccountId) -> EndedLogin {
    let linked = Event::Linked { account };
    let policy = &node.settings.policy;
    let (login, effects) = before.clone().apply(linked, policy, node.now());
    EndedLogin {
        notices: notices(node, &login, &effects),
        audit: audit(node, before, &login, &effects),
        login,
    }
}

/// The id of the session that a login leads to: always the same, so that
/// linking twice is linking once.
pub(super) fn session_of(login: &Login) -> SessionId {
    SessionId::from(login.id.as_uuid())
}
