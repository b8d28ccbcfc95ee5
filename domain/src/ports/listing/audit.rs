//! The audit, to be looked through.

use std::fmt;
use std::str::FromStr;

use async_trait::async_trait;
use uuid::Uuid;

use crate::audit::{Action, ChainedEntry, Outcome};
use crate::ids::PersonId;
use crate::listing::{CursorError, Listed, Query};
use crate::ports::StoreError;
use crate::time::Timestamp;

/// Who did it, as lists are filtered by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActorFilter {
    /// Of which kind ([`crate::audit::Actor::kind`]): `owner`, `system`,
    /// `operator`.
    pub kind: String,
    /// By what name, as it was then; `None`: any.
    pub name: Option<String>,
}

/// Which entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Of these kinds; none: of any.
    pub actions: Vec<Action>,
    /// By them.
    pub actor: Option<ActorFilter>,
    /// That went like this; none: however it went.
    pub outcomes: Vec<Outcome>,
    /// About this person.
    pub person: Option<PersonId>,
    /// About this session, account, login or job.
    pub subject: Option<Uuid>,
    /// Of then or later.
    pub since: Option<Timestamp>,
    /// Of before then.
    pub until: Option<Timestamp>,
}

/// What tells entries of one moment apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AuditKey {
    /// The name of the tenant, as the row has it.
    pub tenant: String,
    /// The strand of its audit.
    pub strand: i16,
    /// The number on that.
    pub seq: i64,
}

impl fmt::Display for AuditKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.strand, self.seq, self.tenant)
    }
}

impl FromStr for AuditKey {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        let mut parts = text.splitn(3, '.');
        let mut part = || parts.next().ok_or(CursorError);
        let (strand, seq) = (part()?, part()?);
        Ok(Self {
            strand: strand.parse().map_err(|_| CursorError)?,
            seq: seq.parse().map_err(|_| CursorError)?,
            tenant: part()?.to_owned(),
        })
    }
}

/// What is asked of the list.
pub type AuditQuery = Query<AuditFilter, AuditKey>;
/// A page of it.
pub type ListedEntries = Listed<ChainedEntry, AuditKey>;

/// The audit, to be looked through. What concerns the instance is in the audit of
/// a tenant of its own ([`crate::ids::Owner::instance`]).
#[async_trait]
pub trait AuditListing: Send + Sync {
    /// Entries that the filter lets through, the newest first.
    async fn entries(&self, query: &AuditQuery) -> Result<ListedEntries, StoreError>;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::listing::Cursor;

    #[test]
    fn a_place_in_the_audit_survives_an_address() {
        let cursor = Cursor {
            at: chrono::DateTime::UNIX_EPOCH,
            key: AuditKey {
                tenant: "a.b".to_owned(),
                strand: 15,
                seq: i64::MAX,
            },
        };
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        for text in ["7.1.2", "7.x.2.a", "7.1.99999999999999999999.a"] {
            assert_eq!(text.parse::<Cursor<AuditKey>>(), Err(CursorError), "{text}");
        }
    }
}
