//! The core that all parts stand on: the database, the keys, the audit.

use std::sync::Arc;

use sesame_custody::{Custody, CustodyPorts, KeyAdministration};
use sesame_domain::ids::NodeId;
use sesame_domain::ports::{Accounts, KeyRegister, TokenKeys, Vault};
use sesame_domain::random::{Entropy, SystemEntropy};
use sesame_domain::reason::Reason;
use sesame_domain::time::{Clock, SystemClock};
use sesame_store::{Database, NodeLock};

use super::{node_lock, storage};
use crate::config::{Custody as Keys, Storage};
use crate::failure::Failure;

/// What all parts stand on.
#[derive(Clone)]
pub(crate) struct Core {
    pub(crate) database: Database,
    pub(crate) custody: Arc<Custody>,
    pub(crate) vault: Arc<dyn Vault>,
    pub(crate) token_keys: Arc<dyn TokenKeys>,
    pub(crate) node: NodeId,
    /// From where this process acts, for the audit.
    pub(crate) origin: String,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
}

impl Core {
    /// For a node that serves: the schema is brought up to date, and keys are
    /// made at the first start. Before any of that, the database is locked
    /// against nodes that this one is not coordinated with.
    pub(crate) async fn start(storage: &Storage, keys: &Keys) -> Result<(Self, NodeLock), Failure> {
        let database = storage::connect(storage).await?;
        let entropy = SystemEntropy;
        let node = NodeId::generate(&entropy);
        let origin = format!("node {node} on {}", host());
        let lock = node_lock::take(storage, &origin).await?;
        storage::migrate(&database).await?;
        let core = Self::over(database, keys, node, origin).await?;
        let key = core.custody.sealing().await?;
        tracing::info!(key = key.id, "this key seals");
        core.look_at_key_file().await;
        Ok((core, lock))
    }

    /// A key file that cannot be changed serves until a new key is needed: then
    /// it is late to hear of it.
    async fn look_at_key_file(&self) {
        if !self.custody.uses_key_file() {
            return;
        }
        for looked in [
            self.custody.check_key_file_changeable().await,
            self.custody.sweep_drafts().await,
        ] {
            if let Err(error) = looked {
                tracing::warn!(
                    error = %Reason::of(&error),
                    "the key file serves as it is, but gets no new keys"
                );
                return;
            }
        }
    }

    /// For a command, beside nodes that may be running: nothing is made that
    /// is not there.
    pub(crate) async fn connect(storage: &Storage, keys: &Keys) -> Result<Self, Failure> {
        let database = storage::connect_existing(storage).await?;
        Self::for_command(database, keys).await
    }

    /// The same over a database that is connected already.
    pub(crate) async fn for_command(database: Database, keys: &Keys) -> Result<Self, Failure> {
        if is_new(&database).await? {
            return Err(Failure::NothingSealed);
        }
        let node = NodeId::generate(&SystemEntropy);
        Self::over(database, keys, node, command_line()).await
    }

    /// Over a database whose schema is up to date.
    async fn over(
        database: Database,
        keys: &Keys,
        node: NodeId,
        origin: String,
    ) -> Result<Self, Failure> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
        let first_start = is_new(&database).await?;
        let ports = CustodyPorts {
            register: Arc::new(database.keys()),
            secrets: Arc::new(database.secrets()),
            clock: Arc::clone(&clock),
            entropy: Arc::clone(&entropy),
        };
        let custody = Custody::open(keys.settings(), ports, first_start).await?;
        let token_keys = custody.token_keys();
        database.set_audit_keys(Arc::clone(&token_keys));
        let vault = custody.vault(Arc::new(database.audit_log()), origin.clone());
        Ok(Self {
            database,
            custody: Arc::new(custody),
            vault,
            token_keys,
            node,
            origin,
            clock,
            entropy,
        })
    }

    /// The name of this instance among those that use the same Redis: the same
    /// on every node, since they have the same keys.
    pub(crate) fn instance(&self) -> String {
        instance(self.token_keys.as_ref())
    }

    /// What changes the versions of the key.
    pub(crate) fn administration(&self) -> KeyAdministration {
        self.custody.administration(
            Arc::new(self.database.rewrapping()),
            Arc::new(self.database.audit_log()),
            self.origin.clone(),
        )
    }
}

fn instance(keys: &dyn TokenKeys) -> String {
    let digest = keys.mac("instance", b"");
    let hex = digest.iter().take(6).map(|byte| format!("{byte:02x}"));
    hex.collect()
}

/// Whether nothing was ever sealed here. If something was and the keys are
/// missing, making new ones would hide that the old ones are lost.
async fn is_new(database: &Database) -> Result<bool, Failure> {
    let versions = database.keys().all().await.map_err(storage::unreadable)?;
    let linked = database
        .accounts()
        .page(None, 1)
        .await
        .map_err(storage::unreadable)?;
    Ok(versions.is_empty() && linked.is_empty())
}

/// From where a command acts, for the audit.
pub(crate) fn command_line() -> String {
    format!("command line on {}", host())
}

/// The name of this machine.
pub(super) fn host() -> String {
    rustix::system::uname()
        .nodename()
        .to_string_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Keys(u8);

    impl TokenKeys for Keys {
        fn mac(&self, purpose: &'static str, _: &[u8]) -> [u8; 32] {
            assert_eq!(purpose, "instance");
            [self.0; 32]
        }
    }

    #[test]
    fn an_instance_is_named_after_its_keys() {
        assert_eq!(instance(&Keys(10)), "0a0a0a0a0a0a");
        assert_ne!(instance(&Keys(10)), instance(&Keys(11)));
    }
}
