//! Importing sessions, one after the other.

use std::sync::Arc;

use secrecy::ExposeSecret as _;
use sesame_domain::account::{Account, Health, Profile};
use sesame_domain::audit::{Access, AccessPurpose, Action, Actor, AuditReason};
use sesame_domain::device::Device;
use sesame_domain::held_lease::Hold;
use sesame_domain::ids::{AccountId, Owner, PersonId, SessionId, TenantId};
use sesame_domain::ports::{ImportRequest, Imported, StoreError, Topic};
use sesame_domain::reason::Reason;
use sesame_domain::sealed::Binding;

use crate::connection::Caller;
use crate::gate::{CallPolicy, TelegramError};
use crate::me::{current_device, first_user, note_progress, profile_of, whoami};
use crate::node::Node;
use crate::session::UserSession;
use crate::subject::Subject;

use super::claims::{Claims, id_of};
use super::error::ImportError;
use super::item::{ImportItem, ImportOutcome};
use super::telethon::StringSession;

/// What Telegram says of a session.
struct Known {
    owner: Owner,
    profile: Profile,
    device: Device,
}

/// Takes sessions over from another system. One of these is one import: it
/// takes no session up twice.
pub struct Importer {
    node: Arc<Node>,
    claims: Claims,
}

impl Importer {
    pub(crate) fn new(node: Arc<Node>) -> Self {
        Self {
            node,
            claims: Claims::default(),
        }
    }

    /// Imports a session, or says in a dry run what importing it would do. A
    /// session that is not imported stays as it is at Telegram.
    ///
    /// # Errors
    /// When it was not imported; then nothing has changed.
    pub async fn import(
        &self,
        tenant: TenantId,
        item: ImportItem,
        dry_run: bool,
        actor: Actor,
    ) -> Result<ImportOutcome, ImportError> {
        let work = self.import_one(tenant, item, dry_run, actor);
        let stop = &self.node.stop;
        let done = stop.run_until_cancelled(Box::pin(work)).await;
        done.unwrap_or(Err(ImportError::Stopping))
    }

    async fn import_one(
        &self,
        tenant: TenantId,
        item: ImportItem,
        dry_run: bool,
        actor: Actor,
    ) -> Result<ImportOutcome, ImportError> {
        let read = StringSession::read(item.text.expose_secret(), item.fernet.as_ref())?;
        if let Some(person) = item.person {
            let tenant = tenant.clone();
            if let Some(account) = self.present(&Owner { tenant, person }).await? {
                return Ok(ImportOutcome::AlreadyLinked(account));
            }
        }
        let id = id_of(&read.key);
        if let Some(owner) = self.claims.linked(&self.node, id).await? {
            return self.linked_before(id, owner, &tenant, item.person).await;
        }
        let turn = self.claims.take(id).ok_or(ImportError::Repeated)?;
        let owner = (tenant, item.person);
        let done = self.look_into(id, read, owner, dry_run, actor).await;
        if !done.as_ref().is_err_and(ImportError::is_passing) {
            turn.end();
        }
        done
    }

    /// Imports a session that is not known here.
    async fn look_into(
        &self,
        id: SessionId,
        read: StringSession,
        (tenant, person): (TenantId, Option<PersonId>),
        dry_run: bool,
        actor: Actor,
    ) -> Result<ImportOutcome, ImportError> {
        let session = Arc::new(self.session(read).await?);
        let hold = Hold::unlimited(&self.node.ports.clock);
        let connection = self
            .node
            .connect(Subject::Unknown, Arc::clone(&session), &hold);
        let known = self.get_to_know(connection.caller(), tenant).await;
        // Once it is stored, others may open it.
        connection.close().await;
        let known = known?;
        if let Some(wanted) = person
            && wanted != known.owner.person
        {
            return Err(self.refuse(id, wanted, known.owner, dry_run, actor).await);
        }
        if let Some(account) = self.present(&known.owner).await? {
            return Ok(ImportOutcome::AlreadyLinked(account));
        }
        if !dry_run {
            return self.store(id, &session, known, actor).await;
        }
        let (owner, profile) = (known.owner, known.profile);
        if !self.claims.would_link(&owner) {
            return Ok(ImportOutcome::WouldBeLinked { owner, profile });
        }
        Ok(ImportOutcome::WouldImport {
            owner,
            profile,
            device: known.device,
        })
    }

    /// What to say of a session that is linked already. Telegram is not asked:
    /// whoever has it open would lose it.
    async fn linked_before(
        &self,
        id: SessionId,
        owner: Owner,
        tenant: &TenantId,
        person: Option<PersonId>,
    ) -> Result<ImportOutcome, ImportError> {
        if owner.tenant != *tenant || person.is_some_and(|person| person != owner.person) {
            return Err(ImportError::LinkedElsewhere(owner));
        }
        let account = self.node.ports.accounts.of(&owner).await?;
        match account.filter(|account| account.session == id) {
            Some(account) => match account.health {
                Health::Dead { cause, .. } => Err(ImportError::Dead(cause)),
                Health::Alive | Health::Frozen { .. } => Ok(ImportOutcome::AlreadyLinked(account)),
            },
            None => Err(ImportError::Ended),
        }
    }

    /// The owner's account, if it is not dead.
    async fn present(&self, owner: &Owner) -> Result<Option<Account>, ImportError> {
        let account = self.node.ports.accounts.of(owner).await?;
        Ok(account.filter(|account| !matches!(account.health, Health::Dead { .. })))
    }

    /// A session with that key in its data centre. Where the data centres are
    /// does not come from the text.
    async fn session(&self, read: StringSession) -> Result<UserSession, ImportError> {
        let node = &self.node;
        let fresh = node.ports.data_centres.fresh();
        let table = match tokio::time::timeout(node.settings.call_limit, fresh).await {
            Ok(Ok(table)) => table,
            Ok(Err(error)) => {
                tracing::warn!(error = %Reason::of(&error), "no data centres for an import");
                return Err(ImportError::TelegramUnavailable);
            }
            Err(_) => return Err(ImportError::TelegramUnavailable),
        };
        let mut credentials = table.into_credentials();
        let dc = credentials.dcs.get_mut(&read.dc);
        dc.ok_or(ImportError::UnknownDc(read.dc))?.key = Some(read.key);
        credentials.home = read.dc;
        Ok(UserSession::new(credentials))
    }

    async fn get_to_know(&self, caller: &Caller, tenant: TenantId) -> Result<Known, ImportError> {
        let node = &self.node;
        let answer = node
            .gate
            .call(caller, &whoami(), CallPolicy::BACKGROUND)
            .await;
        let user = first_user(answer?).ok_or(TelegramError::Garbled)?;
        if user.bot {
            return Err(ImportError::Bot);
        }
        let person = PersonId(user.id);
        caller.session().set_me(user.id);
        note_progress(node, caller).await;
        let device = current_device(node, caller).await;
        Ok(Known {
            owner: Owner { tenant, person },
            profile: profile_of(user),
            device: device.unwrap_or_else(|| node.settings.device.clone()),
        })
    }

    /// It is someone else's: that goes into the audit.
    async fn refuse(
        &self,
        id: SessionId,
        wanted: PersonId,
        found: Owner,
        dry_run: bool,
        actor: Actor,
    ) -> ImportError {
        let node = &self.node;
        let refused = ImportError::WrongPerson {
            wanted,
            found: found.person,
        };
        if dry_run {
            return refused;
        }
        let owner = Owner {
            person: wanted,
            ..found
        };
        let action = Action::WrongAccountRefused;
        let entry = node.audit_entry(&owner, id.as_uuid(), actor, action, AuditReason::Import);
        match node.ports.audit.append(entry.refused()).await {
            Ok(()) => refused,
            Err(error) => error.into(),
        }
    }

    async fn store(
        &self,
        id: SessionId,
        session: &UserSession,
        known: Known,
        actor: Actor,
    ) -> Result<ImportOutcome, ImportError> {
        let node = &self.node;
        let now = node.now();
        let owner = known.owner;
        let access = Access {
            actor: actor.clone(),
            reason: AccessPurpose::Import,
        };
        let (bytes, _) = session.to_bytes();
        let binding = Binding::session(&owner, id);
        let sealed = node.ports.vault.seal(&binding, &bytes, &access).await?;
        let action = Action::AccountImported;
        let audit = node.audit_entry(&owner, id.as_uuid(), actor, action, AuditReason::Import);
        let request = ImportRequest {
            owner,
            new_account: AccountId::generate(node.ports.entropy.as_ref(), now),
            session: id,
            sealed,
            cursor: session.cursor(),
            profile: known.profile,
            device: known.device,
            now,
            audit,
        };
        match node.ports.accounts.import(request).await {
            Ok(Imported::Linked(account)) => {
                // A dead session that it replaced is to leave.
                node.publish(Topic::Leaving).await;
                Ok(ImportOutcome::Imported(account))
            }
            Ok(Imported::Present(account)) => Ok(ImportOutcome::AlreadyLinked(account)),
            // Its id is known: it leaves, or was erased.
            Err(StoreError::NotFound(_)) => Err(ImportError::Ended),
            Err(error) => Err(error.into()),
        }
    }
}
