//! Importing one session.

use std::fmt;
use std::sync::Arc;

use secrecy::{ExposeSecret as _, SecretString};
use sesame_domain::account::{Account, Health, Profile};
use sesame_domain::audit::{Access, Action, Actor};
use sesame_domain::device::Device;
use sesame_domain::ids::{AccountId, Owner, PersonId, SessionId, TenantId};
use sesame_domain::ports::{ImportRequest, Imported, Topic};
use sesame_domain::sealed::Binding;

use crate::connection::{Caller, Connection};
use crate::gate::{Manner, TelegramError};
use crate::me::{current_device, first_user, note_progress, profile_of, whoami};
use crate::node::Node;
use crate::session::UserSession;

use super::error::ImportError;
use super::fernet::FernetKey;
use super::telethon::StringSession;

/// A session from another system.
#[derive(Clone)]
pub struct ImportItem {
    /// Whose it should be. Where this is known, an account that is linked
    /// already is left alone without a call to Telegram: the same key may be
    /// in use, and must not be used in two places at once.
    pub person: Option<PersonId>,
    /// Telethon's `StringSession`, in plain or as a Fernet token.
    pub text: SecretString,
    /// The key to Fernet tokens.
    pub fernet: Option<FernetKey>,
}

impl fmt::Debug for ImportItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ImportItem")
            .field("person", &self.person)
            .finish_non_exhaustive()
    }
}

/// What came of an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportOutcome {
    /// The account is linked now.
    Imported(Account),
    /// Its owner has an account that is not dead: nothing was changed.
    AlreadyLinked(Account),
    /// It would be linked, if this were not a dry run.
    WouldImport {
        /// Whose it is.
        owner: Owner,
        /// How Telegram shows them.
        profile: Profile,
        /// How the session shows up in Settings > Devices.
        device: Device,
    },
}

/// What Telegram says of a session.
struct Known {
    owner: Owner,
    profile: Profile,
    device: Device,
}

/// Takes sessions over from another system.
#[derive(Clone)]
pub struct Importer(Arc<Node>);

impl Importer {
    pub(crate) fn new(node: Arc<Node>) -> Self {
        Self(node)
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
        let stop = &self.0.stop;
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
        let session = Arc::new(self.session(read).await?);
        let connection = Connection::open(&self.0, Arc::clone(&session));
        let known = self.get_to_know(connection.caller(), tenant).await;
        // Once it is stored, others may open it.
        connection.close().await;
        let known = known?;
        if let Some(wanted) = item.person
            && wanted != known.owner.person
        {
            return Err(self.refuse(wanted, known.owner, dry_run, actor).await);
        }
        if let Some(account) = self.present(&known.owner).await? {
            return Ok(ImportOutcome::AlreadyLinked(account));
        }
        if dry_run {
            return Ok(ImportOutcome::WouldImport {
                owner: known.owner,
                profile: known.profile,
                device: known.device,
            });
        }
        self.store(&session, known, actor).await
    }

    /// The owner's account, if it is not dead.
    async fn present(&self, owner: &Owner) -> Result<Option<Account>, ImportError> {
        let accounts = self.0.ports.accounts.of(owner).await?;
        Ok(accounts
            .into_iter()
            .find(|account| !matches!(account.health, Health::Dead { .. })))
    }

    /// A session with that key in its data centre. Where the data centres are
    /// does not come from the text.
    async fn session(&self, read: StringSession) -> Result<UserSession, ImportError> {
        let node = &self.0;
        let fresh = node.ports.data_centres.fresh();
        let table = match tokio::time::timeout(node.settings.call_limit, fresh).await {
            Ok(Ok(table)) => table,
            Ok(Err(error)) => {
                tracing::warn!(%error, "no data centres for an import");
                return Err(ImportError::TelegramUnavailable);
            }
            Err(_) => return Err(ImportError::TelegramUnavailable),
        };
        let mut content = table.into_content();
        let dc = content.dcs.get_mut(&read.dc);
        dc.ok_or(ImportError::UnknownDc(read.dc))?.key = Some(read.key);
        content.home = read.dc;
        Ok(UserSession::new(content))
    }

    async fn get_to_know(&self, caller: &Caller, tenant: TenantId) -> Result<Known, ImportError> {
        let node = &self.0;
        let answer = node.gate.call(caller, &whoami(), Manner::BACKGROUND).await;
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
        wanted: PersonId,
        found: Owner,
        dry_run: bool,
        actor: Actor,
    ) -> ImportError {
        let node = &self.0;
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
        let subject = SessionId::generate(node.ports.entropy.as_ref(), node.now()).as_uuid();
        let action = Action::WrongAccountRefused;
        let entry = node.audit_entry(&owner, subject, actor, action, "import");
        match node.ports.audit.append(entry.refused()).await {
            Ok(()) => refused,
            Err(error) => error.into(),
        }
    }

    async fn store(
        &self,
        session: &UserSession,
        known: Known,
        actor: Actor,
    ) -> Result<ImportOutcome, ImportError> {
        let node = &self.0;
        let now = node.now();
        let entropy = node.ports.entropy.as_ref();
        let id = SessionId::generate(entropy, now);
        let owner = known.owner;
        let access = Access {
            actor: actor.clone(),
            reason: "import",
        };
        let (bytes, _) = session.to_bytes();
        let binding = Binding::session(&owner, id);
        let sealed = node.ports.vault.seal(&binding, &bytes, &access).await?;
        let action = Action::AccountImported;
        let audit = node.audit_entry(&owner, id.as_uuid(), actor, action, "import");
        let request = ImportRequest {
            owner,
            new_account: AccountId::generate(entropy, now),
            session: id,
            sealed,
            profile: known.profile,
            device: known.device,
            now,
            audit,
        };
        Ok(match node.ports.accounts.import(request).await? {
            Imported::Linked(account) => {
                // A dead session that it replaced is to leave.
                node.publish(Topic::Leaving).await;
                ImportOutcome::Imported(account)
            }
            Imported::Present(account) => ImportOutcome::AlreadyLinked(account),
        })
    }
}
