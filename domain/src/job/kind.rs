//! What kind of work a job is.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ids::TenantId;

/// What kind of work a job is, as text: a program leaves kinds alone that it
/// does not know.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JobKind(Cow<'static, str>);

impl JobKind {
    /// Makes a backup.
    pub const BACKUP: Self = Self::named("backup");
    /// Removes backups that are not kept any longer.
    pub const PRUNE_BACKUPS: Self = Self::named("prune_backups");
    /// Restores the newest backup into a scratch database.
    pub const REHEARSE: Self = Self::named("rehearse");
    /// Looks at one account, or at all, because someone asked for it.
    pub const CHECK_NOW: Self = Self::named("check_now");
    /// Saves a copy of a dialog for a person.
    pub const EXPORT: Self = Self::named("export");
    /// Ends an export of Telegram's, once the job that read in it is over.
    pub const END_TAKEOUT: Self = Self::named("end_takeout");
    /// Reads the channels of an account.
    pub const READ_CHANNELS: Self = Self::named("read_channels");
    /// Verifies the whole audit.
    pub const VERIFY_AUDIT: Self = Self::named("verify_audit");
    /// Copies the key file to a safe place. Only an operator can do it: no node
    /// ever does, its schedule remembers when it was done.
    pub const COPY_KEYS: Self = Self::named("copy_keys");

    /// The kinds whose jobs their owners see and cancel: what people ask for, and
    /// not what is done for them unasked.
    pub const OF_PEOPLE: [Self; 1] = [Self::EXPORT];

    /// A kind with this name, which is never changed: it stands in rows.
    pub const fn named(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }

    /// The kind of work that each tenant has done for itself, by its own
    /// settings.
    #[must_use]
    pub fn of_tenant(&self, tenant: &TenantId) -> Self {
        Self(Cow::Owned(format!("{}@{tenant}", self.0)))
    }

    /// The same work, for whichever tenant.
    #[must_use]
    pub fn of_any_tenant(&self) -> Self {
        let name = self.0.split_once('@').map(|(name, _)| name.to_owned());
        name.map_or_else(|| self.clone(), Self::from)
    }

    /// The tenant that has it done for itself ([`Self::of_tenant`]), if one does.
    pub fn tenant(&self) -> Option<TenantId> {
        let (_, tenant) = self.0.split_once('@')?;
        tenant.parse().ok()
    }

    /// Whether owners see and cancel its jobs.
    pub fn is_of_people(&self) -> bool {
        Self::OF_PEOPLE.contains(self)
    }

    /// Whether only a command does it, and no node ever.
    pub fn is_done_by_command(&self) -> bool {
        *self == Self::COPY_KEYS
    }

    /// Its name in the database and in metrics.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for JobKind {
    fn from(name: String) -> Self {
        Self(Cow::Owned(name))
    }
}

impl fmt::Display for JobKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_each_tenant_has_done_for_itself_is_known_as_the_same_work() {
        let kind = JobKind::named("retention");
        let of_tenant = kind.of_tenant(&"a-b".parse().unwrap());
        assert_eq!(of_tenant.as_str(), "retention@a-b");
        assert_eq!(of_tenant.of_any_tenant(), kind);
        assert_eq!(kind.of_any_tenant(), kind);
        assert_eq!(of_tenant.tenant(), "a-b".parse().ok());
        assert_eq!(kind.tenant(), None);
    }
}
