//! What comes out of a backup: implements [`RestoreTarget`].

use std::collections::{HashMap, HashSet};

use async_trait::async_trait;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, NotSet, QueryFilter, Set};
use sesame_domain::audit::AuditEntry;
use sesame_domain::ids::Owner;
use sesame_domain::keys::KeyVersion;
use sesame_domain::ports::{LinkedRecord, RestoreTarget, Restored, StoreError, Tombstone};
use sesame_domain::time::Timestamp;
use uuid::Uuid;

use crate::database::{Database, Transaction, commit, in_table};
use crate::erasure_rows::no_one_meanwhile;
use crate::erasures;
use crate::handles::RestoreRows;
use crate::leaving::remember;
use crate::linked::{Unlinked, until_not_overtaken};
use crate::rows::{account, erased_session, person, session, stored};
use crate::{audit_log, key_register};

/// How many records are looked up and written in one statement: each row has
/// up to 17 columns, and `SQLite` takes 32,766 values.
const AT_ONCE: usize = 500;

#[async_trait]
impl RestoreTarget for RestoreRows {
    async fn foresee(&self, records: &[LinkedRecord]) -> Result<Vec<Restored>, StoreError> {
        let db = &self.0;
        db.within(until_not_overtaken(|| async {
            let mut known = Known::default();
            let mut fates = Vec::with_capacity(records.len());
            for chunk in records.chunks(AT_ONCE) {
                known.learn(db.reads(), chunk).await?;
                fates.extend(chunk.iter().map(|record| known.restored(record)));
            }
            Ok(fates)
        }))
        .await
        .map_err(in_table("accounts"))
    }

    async fn restore(
        &self,
        records: &[LinkedRecord],
        audit: AuditEntry,
    ) -> Result<Vec<Restored>, StoreError> {
        let db = &self.0;
        db.within(until_not_overtaken(|| restore_once(db, records, &audit)))
            .await
            .map_err(in_table("accounts"))
    }

    async fn bury(&self, tombstones: &[Tombstone]) -> Result<(), StoreError> {
        let db = &self.0;
        db.within(async {
            let tx = db.begin().await?;
            remember(&tx, tombstones).await?;
            commit(tx).await
        })
        .await
        .map_err(in_table("erased_sessions"))
    }

    async fn foresee_keys(&self, keys: &[KeyVersion]) -> Result<(), StoreError> {
        let db = &self.0;
        db.within(key_register::foresee(db, keys))
            .await
            .map_err(in_table("key_versions"))
    }

    async fn restore_keys(&self, keys: &[KeyVersion]) -> Result<(), StoreError> {
        let db = &self.0;
        db.within(key_register::restore(db, keys))
            .await
            .map_err(in_table("key_versions"))
    }
}

async fn restore_once(
    db: &Database,
    records: &[LinkedRecord],
    audit: &AuditEntry,
) -> Result<Vec<Restored>, Unlinked> {
    let tx = db.begin().await?;
    // No one is erased while their session comes back.
    no_one_meanwhile(&tx).await?;
    let mut known = Known::default();
    let mut fates = Vec::with_capacity(records.len());
    for chunk in records.chunks(AT_ONCE) {
        known.learn(&tx, chunk).await?;
        let mut added = Vec::new();
        for record in chunk {
            let fate = known.restored(record);
            if fate == Restored::Added {
                added.push(record);
            }
            fates.push(fate);
        }
        add(&tx, &added).await?;
    }
    if fates.contains(&Restored::Added) {
        audit_log::append(&tx, audit.clone()).await?;
        commit(tx).await?;
    }
    Ok(fates)
}

/// What is known of the sessions and owners of records.
#[derive(Default)]
struct Known {
    /// Sessions that are there, and whether they leave.
    sessions: HashMap<Uuid, bool>,
    erased: HashSet<Uuid>,
    /// Owners with a session in use.
    owners: HashSet<Owner>,
    /// When owners asked for everything about them to be erased.
    erasures: HashMap<Owner, Timestamp>,
}

impl Known {
    async fn learn(
        &mut self,
        db: &impl ConnectionTrait,
        records: &[LinkedRecord],
    ) -> Result<(), Unlinked> {
        let sessions = || {
            records
                .iter()
                .map(|record| record.account.session.as_uuid())
        };
        let persons = || records.iter().map(|record| record.account.owner.person.0);
        let tenants = || {
            records
                .iter()
                .map(|record| record.account.owner.tenant.as_str())
        };
        // Sessions before tombstones: one that is being erased is in one of them.
        let stored = session::Entity::find()
            .filter(session::Column::Id.is_in(sessions()))
            .all(db)
            .await?;
        self.sessions
            .extend(stored.iter().map(|row| (row.id, row.is_leaving())));
        let erased = erased_session::Entity::find()
            .filter(erased_session::Column::Id.is_in(sessions()))
            .all(db)
            .await?;
        self.erased.extend(erased.iter().map(|row| row.id));
        let accounts = account::Entity::find()
            // The index begins with it.
            .filter(account::Column::Tenant.is_in(tenants().collect::<HashSet<_>>()))
            .filter(account::Column::Person.is_in(persons()))
            .all(db)
            .await?;
        // Who has no name here is not among the records' owners.
        let owners = accounts.into_iter().filter_map(|row| row.owner().ok());
        self.owners.extend(owners);
        self.erasures
            .extend(erasures::asked_by(db, persons()).await?);
        Ok(())
    }

    /// What is done with a record, which counts as done from then on.
    fn restored(&mut self, record: &LinkedRecord) -> Restored {
        let session = record.account.session.as_uuid();
        let owner = &record.account.owner;
        let erased = self.erased.contains(&session)
            || self
                .erasures
                .get(owner)
                .is_some_and(|asked_at| *asked_at >= record.session_created_at);
        match self.sessions.get(&session) {
            Some(true) => Restored::Ended,
            _ if erased => Restored::Ended,
            Some(false) => Restored::Present,
            None if self.owners.contains(owner) => Restored::Replaced,
            None => {
                self.sessions.insert(session, false);
                self.owners.insert(owner.clone());
                Restored::Added
            }
        }
    }
}

async fn add(tx: &Transaction, records: &[&LinkedRecord]) -> Result<(), DbErr> {
    if records.is_empty() {
        return Ok(());
    }
    let sessions = records.iter().map(|record| {
        let LinkedRecord {
            account, sealed, ..
        } = record;
        let created_at = record.session_created_at;
        session::ActiveModel::in_use(account.session, &account.owner, sealed, created_at)
    });
    session::Entity::insert_many(sessions)
        .exec_without_returning(tx)
        .await?;
    let accounts = records
        .iter()
        .map(|record| account::ActiveModel::of(&record.account));
    account::Entity::insert_many(accounts)
        .exec_without_returning(tx)
        .await?;
    person::Entity::insert_many(records.iter().map(|record| person_of(record)))
        .on_conflict(
            OnConflict::columns([person::Column::Tenant, person::Column::Person])
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

fn person_of(record: &LinkedRecord) -> person::ActiveModel {
    let account = &record.account;
    person::ActiveModel {
        tenant: Set(account.owner.tenant.to_string()),
        person: Set(account.owner.person.0),
        language: Set(record.language.clone()),
        blocked_at: Set(None),
        first_seen_at: Set(stored(account.linked_at)),
        last_seen_at: Set(stored(account.used_at)),
        shown_message: NotSet,
    }
}
