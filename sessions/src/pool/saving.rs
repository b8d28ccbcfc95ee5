//! What is stored of a live session, and when: its credentials sealed and
//! audited, its cursors as plain rows, the peers it met sealed.

use std::sync::Arc;
use std::time::Duration;

use sesame_domain::audit::AccessPurpose;
use sesame_domain::ids::Owner;
use sesame_domain::ports::{StoreError, VaultError};
use sesame_domain::sealed::Binding;
use sesame_domain::session::SessionClaim;
use tokio::time::Instant;

use crate::node::{Node, access};
use crate::session::{UserSession, Versions};

/// How long changes are gathered before they are stored.
const GATHER: Duration = Duration::from_secs(1);
/// The same for peers: a cache, of which a minute may be lost.
const GATHER_PEERS: Duration = Duration::from_mins(1);

/// Why a changed session was not stored.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unsaved {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl Unsaved {
    /// Whether the session is someone else's by now.
    pub(super) fn is_lost(&self) -> bool {
        matches!(
            self,
            Self::Store(StoreError::Fenced(_) | StoreError::NotFound(_))
        )
    }
}

/// Stores a live session, part by part.
pub(super) struct Saving {
    node: Arc<Node>,
    owner: Owner,
    claim: SessionClaim,
    session: Arc<UserSession>,
    /// Which version of each part is stored.
    stored: Versions,
    credentials_at: Option<Instant>,
    cursors_at: Option<Instant>,
    peers_at: Option<Instant>,
}

impl Saving {
    /// A session whose credentials were just read. What it brought of other
    /// parts from before it had parts is still to be stored.
    pub(super) fn new(
        node: Arc<Node>,
        owner: Owner,
        claim: SessionClaim,
        session: Arc<UserSession>,
    ) -> Self {
        let stored = Versions {
            credentials: session.version(),
            ..Versions::default()
        };
        Self {
            node,
            owner,
            claim,
            session,
            stored,
            credentials_at: None,
            cursors_at: None,
            peers_at: None,
        }
    }

    /// Something may have changed by now.
    pub(super) fn note(&mut self, now: Instant) {
        let Versions {
            credentials,
            cursors,
            peers,
        } = self.session.versions();
        if credentials != self.stored.credentials {
            self.credentials_at.get_or_insert(now + GATHER);
        }
        if cursors != self.stored.cursors {
            self.cursors_at.get_or_insert(now + GATHER);
        }
        if peers != self.stored.peers {
            self.peers_at.get_or_insert(now + GATHER_PEERS);
        }
    }

    /// When something is to be stored; `None`: nothing changed.
    pub(super) fn due(&self) -> Option<Instant> {
        let moments = [self.credentials_at, self.cursors_at, self.peers_at];
        moments.into_iter().flatten().min()
    }

    /// Stores what is due by now.
    pub(super) async fn save_due(&mut self, now: Instant) -> Result<(), Unsaved> {
        let is_due = |at: Option<Instant>| at.is_some_and(|at| at <= now);
        let credentials = is_due(self.credentials_at);
        let cursors = is_due(self.cursors_at);
        let peers = is_due(self.peers_at);
        self.save(credentials, cursors, peers).await
    }

    /// Stores whatever changed.
    pub(super) async fn save_all(&mut self) -> Result<(), Unsaved> {
        self.save(true, true, true).await
    }

    /// The credentials first: nothing may keep them from being stored. A part
    /// that fails is tried again when it changes, or at the end.
    async fn save(&mut self, credentials: bool, cursors: bool, peers: bool) -> Result<(), Unsaved> {
        let mut outcome = Ok(());
        if credentials {
            self.credentials_at = None;
            outcome = self.save_credentials().await;
        }
        if cursors && !is_lost(&outcome) {
            self.cursors_at = None;
            outcome = worse(outcome, self.save_cursors().await);
        }
        if peers && !is_lost(&outcome) {
            self.peers_at = None;
            outcome = worse(outcome, self.save_peers().await);
        }
        outcome
    }

    async fn save_credentials(&mut self) -> Result<(), Unsaved> {
        if self.session.version() == self.stored.credentials {
            return Ok(());
        }
        let (bytes, version) = self.session.to_bytes();
        let SessionClaim { session, fence } = self.claim;
        let binding = Binding::session(&self.owner, session);
        let access = access("sessions", AccessPurpose::Changed);
        let ports = &self.node.ports;
        let sealed = ports.vault.seal(&binding, &bytes, &access).await?;
        ports.accounts.save_session(session, fence, &sealed).await?;
        self.stored.credentials = version;
        Ok(())
    }

    async fn save_cursors(&mut self) -> Result<(), Unsaved> {
        if self.session.versions().cursors == self.stored.cursors {
            return Ok(());
        }
        let (advance, version) = self.session.unwritten(self.claim);
        self.node.ports.cursors.advance(&advance).await?;
        self.session.note_written(&advance);
        self.stored.cursors = version;
        Ok(())
    }

    async fn save_peers(&mut self) -> Result<(), Unsaved> {
        if self.session.versions().peers == self.stored.peers {
            return Ok(());
        }
        let (bytes, version) = self.session.peers_to_bytes();
        let binding = Binding::peers(&self.owner, self.claim.session);
        let access = access("sessions", AccessPurpose::Peers);
        let ports = &self.node.ports;
        let sealed = ports.vault.seal(&binding, &bytes, &access).await?;
        ports.peers.save(&self.claim, &sealed).await?;
        self.stored.peers = version;
        Ok(())
    }
}

fn is_lost(outcome: &Result<(), Unsaved>) -> bool {
    outcome.as_ref().is_err_and(Unsaved::is_lost)
}

/// Of two outcomes the one that matters more.
fn worse(first: Result<(), Unsaved>, second: Result<(), Unsaved>) -> Result<(), Unsaved> {
    if is_lost(&second) || first.is_ok() {
        second
    } else {
        first
    }
}

#[cfg(test)]
mod tests;
