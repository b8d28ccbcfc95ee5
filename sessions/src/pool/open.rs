//! Opening a session.

use std::sync::Arc;
use std::time::Duration;

use sesame_domain::account::{Account, DeathCause};
use sesame_domain::audit::AccessPurpose;
use sesame_domain::ids::SessionId;
use sesame_domain::panic::caught;
use sesame_domain::ports::{LeaseKey, StoredSession, Topic, VaultError};
use sesame_domain::reason::Reason;
use sesame_domain::sealed::Binding;
use sesame_domain::session::SessionClaim;
use sesame_domain::session::peer::PeerCache;
use tokio::time::Instant;
use tracing::Instrument as _;

use crate::lease::KeptLease;
use crate::metrics;
use crate::node::{Node, access};
use crate::session::{UserSession, decode_peers};
use crate::subject::Subject;

use super::keeper::Keeper;
use super::live::{Live, PoolError};
use super::saving::Saving;
use super::sessions::Pool;

/// How long another node may take to close a session that it has open.
const GIVEN_UP_WITHIN: Duration = Duration::from_secs(4);
/// How often it is asked to, and looked whether it did.
const ASK_EVERY: Duration = Duration::from_millis(250);

impl Pool {
    /// Opens an account's session under a lease and a claim of its own.
    pub(super) async fn open(
        &self,
        account: &Account,
        reason: &AccessPurpose,
    ) -> Result<Live, PoolError> {
        let node = &self.node;
        let room = self.room.take(&self.places, &node.stop).await?;
        let lease = lease(node, account.session, !reason.is_check()).await?;
        let mut lease = lease.ok_or(PoolError::Elsewhere)?;
        let read = lease
            .keep_while(Box::pin(read(node, account, reason)))
            .await;
        let (session, claim) = match read.unwrap_or(Err(PoolError::Elsewhere)) {
            Ok(read) => read,
            Err(error) => {
                lease.release().await;
                return Err(error);
            }
        };
        let session = Arc::new(session);
        let subject = Subject::Session {
            id: account.session,
            account: Some(account.id),
            owner: account.owner.clone(),
        };
        let span = subject.span();
        let connection = node.connect(subject, Arc::clone(&session), lease.hold());
        let live = Live::over(claim, connection.caller().clone());
        let keeper = Keeper {
            node: Arc::clone(node),
            saving: Saving::new(
                Arc::clone(node),
                account.owner.clone(),
                claim,
                Arc::clone(&session),
            ),
            session,
            connection,
            live: live.clone(),
            account: account.clone(),
            doubts: Arc::clone(&self.doubts),
        };
        metrics::session_opened(&account.owner);
        let places = Arc::clone(&self.places);
        let (id, owner) = (account.session, account.owner.clone());
        let keeping = async move {
            if caught(Box::pin(keeper.keep(lease))).await.is_err() {
                // Its lease is left to lapse: until then the connection, which went
                // with it, is surely gone.
                tracing::error!(session.id = %id, "the keeper of a session panicked");
                metrics::session_closed(&owner);
            }
            drop(room);
            places.tidy();
        };
        node.spawn(keeping.instrument(span));
        Ok(live)
    }
}

/// The lease on a session, if no one has it. If it is `wanted`, who has it open is
/// asked to close it, and waited for a while: people go from node to node.
async fn lease(
    node: &Node,
    session: SessionId,
    wanted: bool,
) -> Result<Option<KeptLease>, PoolError> {
    let key = LeaseKey::Session(session);
    let give_up = Instant::now() + GIVEN_UP_WITHIN;
    loop {
        let lease = KeptLease::take(node, key.clone()).await?;
        if lease.is_some() || !wanted || Instant::now() >= give_up {
            return Ok(lease);
        }
        node.publish(Topic::Wanted(session)).await;
        tokio::select! {
            () = node.stop.cancelled() => return Err(PoolError::Stopping),
            () = tokio::time::sleep(ASK_EVERY) => {}
        }
    }
}

pub(super) async fn read(
    node: &Node,
    account: &Account,
    reason: &AccessPurpose,
) -> Result<(UserSession, SessionClaim), PoolError> {
    let accounts = &node.ports.accounts;
    let stored = accounts.claim_session(account.session, node.id()).await?;
    let session = unseal(node, &stored, reason).await?;
    let cursors = node.ports.cursors.of(stored.id).await?;
    let peers = peers(node, &stored).await?;
    Ok((session.with_parts(cursors, peers), stored.claim()))
}

/// The peers that the session met. It is a cache: one that cannot be read is
/// none, and what is met next takes its place.
async fn peers(node: &Node, stored: &StoredSession) -> Result<Option<PeerCache>, PoolError> {
    let Some(sealed) = node.ports.peers.of(stored.id).await? else {
        return Ok(None);
    };
    let binding = Binding::peers(&stored.owner, stored.id);
    let access = access("sessions", AccessPurpose::Peers);
    let id = stored.id;
    let bytes = match node.ports.vault.open(&binding, &sealed, &access).await {
        Ok(bytes) => bytes,
        Err(error) => {
            tracing::warn!(error = %Reason::of(&error), session.id = %id, "the peers of a session do not open");
            return Ok(None);
        }
    };
    Ok(decode_peers(&bytes)
        .inspect_err(|error| {
            tracing::warn!(error = %Reason::of(error), session.id = %id, "the peers of a session are not what they should be");
        })
        .ok())
}

/// Opens what is stored; the vault puts that into the audit first.
pub(super) async fn unseal(
    node: &Node,
    stored: &StoredSession,
    reason: &AccessPurpose,
) -> Result<UserSession, PoolError> {
    let binding = Binding::session(&stored.owner, stored.id);
    let access = access("sessions", reason.clone());
    let vault = &node.ports.vault;
    let bytes = match vault.open(&binding, &stored.sealed, &access).await {
        Ok(bytes) => bytes,
        Err(error @ VaultError::Tampered) => {
            tracing::error!(error = %Reason::of(&error), session.id = %stored.id, "a session does not open");
            return Err(PoolError::Dead(DeathCause::Unreadable));
        }
        // The key, its holder or the database may be back tomorrow, or a newer
        // program that knows the format.
        Err(
            error @ (VaultError::Format
            | VaultError::UnknownKey(_)
            | VaultError::RetiredKey(_)
            | VaultError::Provider(_)
            | VaultError::Register(_)
            | VaultError::Audit(_)),
        ) => return Err(error.into()),
    };
    UserSession::from_bytes(&bytes).map_err(|error| {
        // It opened, so Sesame wrote it: a newer one. That is no death.
        tracing::error!(error = %Reason::of(&error), session.id = %stored.id, "a session is of a version that this program does not know");
        PoolError::Vault(VaultError::Format)
    })
}
