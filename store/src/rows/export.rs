//! The table `exports`.

use std::fmt;

use sea_orm::entity::prelude::*;
use sea_orm::{NotSet, Set};
use sesame_domain::export::{Export, LastRenewal, MadeExport, Renewal};
use sesame_domain::ids::{AccountId, ExportId, JobId};
use sesame_domain::ports::{NewExport, StoreError};
use sesame_domain::sealed::Sealed;

use super::parts::{needed, owner, stored};

#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "exports")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant: String,
    pub person: i64,
    pub account: Option<Uuid>,
    pub dialog: String,
    pub choice: String,
    pub key_id: String,
    pub wrapped_key: Vec<u8>,
    pub ciphertext: Vec<u8>,
    pub bytes: i64,
    pub created_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
    pub attempts: i64,
    pub edition: Option<i64>,
    pub made_at: Option<DateTimeUtc>,
    pub messages: Option<i64>,
    pub files: Option<i64>,
    pub missing: Option<i64>,
    pub archive_bytes: Option<i64>,
    pub link_digest: Option<Vec<u8>>,
    pub link_until: Option<DateTimeUtc>,
    pub link_used_at: Option<DateTimeUtc>,
    pub renew_every: Option<String>,
    pub renew_next_at: Option<DateTimeUtc>,
    pub renew_job: Option<Uuid>,
    pub renew_last_at: Option<DateTimeUtc>,
    pub renew_last_failure: Option<String>,
    pub renew_failures: i32,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Only the id: the rest is sealed, or about a person.
impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Model")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl Model {
    /// The sealed key of its files.
    pub(crate) fn key(self) -> Sealed {
        Sealed {
            key_id: self.key_id,
            wrapped_key: self.wrapped_key,
            ciphertext: self.ciphertext,
        }
    }

    fn made(&self) -> Result<Option<MadeExport>, StoreError> {
        const HALF: &str = "half of an export that was put together";
        let Some(edition) = self.edition else {
            return Ok(None);
        };
        Ok(Some(MadeExport {
            edition: count(edition)?,
            at: needed(self.made_at, HALF)?,
            messages: count(needed(self.messages, HALF)?)?,
            files: count(needed(self.files, HALF)?)?,
            missing: count(needed(self.missing, HALF)?)?,
            archive_bytes: count(needed(self.archive_bytes, HALF)?)?,
        }))
    }
}

impl Model {
    fn renewal(&self) -> Result<Option<Renewal>, StoreError> {
        const STRANGE: &str = "how an export is kept up to date";
        let Some(every) = &self.renew_every else {
            return Ok(None);
        };
        let failures = u32::try_from(self.renew_failures);
        let failure = self.renew_last_failure.clone();
        Ok(Some(Renewal {
            every: every
                .parse()
                .map_err(|_| StoreError::inconsistent(STRANGE))?,
            next_at: self.renew_next_at,
            job: self.renew_job.map(JobId::from),
            last: self.renew_last_at.map(|at| LastRenewal { at, failure }),
            failures: failures.map_err(|_| StoreError::inconsistent(STRANGE))?,
        }))
    }
}

impl TryFrom<Model> for Export {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let (made, renewal) = (row.made()?, row.renewal()?);
        let dialog = row.dialog.parse();
        let choice = serde_json::from_str(&row.choice);
        Ok(Self {
            id: ExportId::from(row.id),
            owner: owner(row.tenant, row.person)?,
            account: row.account.map(AccountId::from),
            dialog: dialog.map_err(|_| StoreError::inconsistent("the dialog of an export"))?,
            choice: choice.map_err(|_| StoreError::inconsistent("the choice of an export"))?,
            bytes: count(row.bytes)?,
            created_at: row.created_at,
            expires_at: row.expires_at,
            made,
            renewal,
        })
    }
}

impl ActiveModel {
    /// One that is asked for.
    pub(crate) fn begun(new: &NewExport, choice: String) -> Self {
        let NewExport { export, key } = new;
        Self {
            id: Set(export.id.as_uuid()),
            tenant: Set(export.owner.tenant.to_string()),
            person: Set(export.owner.person.0),
            account: Set(export.account.map(AccountId::as_uuid)),
            dialog: Set(export.dialog.to_string()),
            choice: Set(choice),
            key_id: Set(key.key_id.clone()),
            wrapped_key: Set(key.wrapped_key.clone()),
            ciphertext: Set(key.ciphertext.clone()),
            bytes: Set(0),
            created_at: Set(stored(export.created_at)),
            expires_at: Set(stored(export.expires_at)),
            attempts: Set(0),
            edition: NotSet,
            made_at: NotSet,
            messages: NotSet,
            files: NotSet,
            missing: NotSet,
            archive_bytes: NotSet,
            link_digest: NotSet,
            link_until: NotSet,
            link_used_at: NotSet,
            renew_every: NotSet,
            renew_next_at: NotSet,
            renew_job: NotSet,
            renew_last_at: NotSet,
            renew_last_failure: NotSet,
            renew_failures: NotSet,
        }
    }
}

/// A number that is never below zero.
fn count(number: i64) -> Result<u64, StoreError> {
    let number = u64::try_from(number);
    number.map_err(|_| StoreError::inconsistent("a count of an export"))
}

/// The same for a column.
pub(crate) fn column(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// How often something failed, for a column.
pub(crate) fn count_of(failures: u32) -> i32 {
    i32::try_from(failures).unwrap_or(i32::MAX)
}
