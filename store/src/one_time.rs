//! Things that work once: implements [`OneTime`].

use async_trait::async_trait;
use chrono::TimeDelta;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel,
    QueryFilter, QuerySelect, Set,
};
use sesame_domain::ids::{GrantId, LoginId, Owner, TenantId};
use sesame_domain::ports::{
    AGAIN_WITHIN, Grant, LAUNCH_DATA_LIFE, OneTime, OneTimeKind, Redeemed, Spent, Standing,
    StoreError,
};
use sesame_domain::time::{Timestamp, is_over};

use crate::database::{Transaction, commit, failed, in_table, is_duplicate};
use crate::handles::OneTimeRows;
use crate::reading::{self, Read};
use crate::rows::one_time::{ActiveModel, Column, Entity, Model};
use crate::rows::stored;

/// Marks since when launch data of a person is void; named like the kinds.
const ERASED: &str = "erased";

/// What is kept here, by its name.
const KINDS: [&str; 3] = [
    OneTimeKind::InitData.as_str(),
    OneTimeKind::Screen.as_str(),
    ERASED,
];

/// Nothing that works once works for longer.
const LONGEST: TimeDelta = TimeDelta::days(1);

#[async_trait]
impl OneTime for OneTimeRows {
    async fn spend(
        &self,
        kind: OneTimeKind,
        digest: [u8; 32],
        owner: &Owner,
        grant: Grant,
    ) -> Result<Spent, StoreError> {
        let db = &self.0;
        // The moment of the first exchange stays: it is what counts.
        let again = OnConflict::columns([Column::Kind, Column::Digest])
            .update_columns([Column::GrantId, Column::ForgetAt])
            .action_and_where(Column::Used.eq(false))
            .action_and_where(Column::GrantedAt.gt(stored(grant.at - AGAIN_WITHIN)))
            .to_owned();
        let exchanged = ActiveModel {
            grant_id: Set(Some(grant.id.as_uuid())),
            granted_at: Set(Some(stored(grant.at))),
            ..owned(kind, digest, owner, grant.until)
        };
        db.within(async {
            let rows = Entity::insert(exchanged)
                .on_conflict(again)
                .exec_without_returning(db.writes())
                .await
                .map_err(failed)?;
            Ok(if rows == 0 {
                Spent::Again
            } else {
                Spent::Granted
            })
        })
        .await
        .map_err(in_table("one_time"))
    }

    async fn is_spent(&self, kind: OneTimeKind, digest: [u8; 32]) -> Result<bool, StoreError> {
        let db = &self.0;
        db.within(async {
            let row = find(db.reads(), kind, digest).await?;
            Ok(row.is_some_and(|row| row.used || row.grant_id.is_some()))
        })
        .await
        .map_err(in_table("one_time"))
    }

    async fn issue(
        &self,
        kind: OneTimeKind,
        digest: [u8; 32],
        owner: &Owner,
        login: LoginId,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        let db = &self.0;
        let link = ActiveModel {
            login_id: Set(Some(login.as_uuid())),
            ..owned(kind, digest, owner, expires_at)
        };
        db.within(async {
            match Entity::insert(link)
                .exec_without_returning(db.writes())
                .await
            {
                Ok(_) => Ok(()),
                Err(error) if is_duplicate(&error) => {
                    Err(StoreError::inconsistent("a link that was given out twice"))
                }
                Err(error) => Err(failed(error)),
            }
        })
        .await
        .map_err(in_table("one_time"))
    }

    async fn redeem(
        &self,
        tenant: &TenantId,
        kind: OneTimeKind,
        digest: [u8; 32],
        grant: Grant,
    ) -> Result<Redeemed, StoreError> {
        let db = &self.0;
        db.within(async {
            let tx = db.begin().await?;
            let query = Entity::find_by_id(key(kind, digest)).lock_exclusive();
            let row = reading::row(&tx, query).await.map_err(failed)?;
            let row = row.map(Read::model).transpose()?;
            // Swept or not makes no difference.
            let is_over = |forget_at| is_over(forget_at, LONGEST, stored(grant.at));
            let is_theirs = |row: &Model| row.tenant.as_deref() == Some(tenant.as_str());
            let Some(row) = row.filter(|row| is_theirs(row) && !is_over(row.forget_at)) else {
                return Ok(Redeemed::Unknown);
            };
            let first_at = row.granted_at.unwrap_or(stored(grant.at));
            if row.used || first_at <= stored(grant.at - AGAIN_WITHIN) {
                return Ok(Redeemed::Used);
            }
            // Before it is exchanged: one that leads nowhere stays as it is.
            let good = row.clone().good()?;
            let mut exchanged = row.into_active_model();
            exchanged.grant_id = Set(Some(grant.id.as_uuid()));
            exchanged.granted_at = Set(Some(first_at));
            exchanged.forget_at = Set(stored(grant.until));
            exchanged.update(&tx).await.map_err(failed)?;
            commit(tx).await?;
            Ok(good)
        })
        .await
        .map_err(in_table("one_time"))
    }

    async fn admit(
        &self,
        kind: OneTimeKind,
        digest: [u8; 32],
        grant: GrantId,
    ) -> Result<Standing, StoreError> {
        let db = &self.0;
        db.within(async {
            let row = find(db.reads(), kind, digest).await?;
            let standing = standing(row.as_ref(), grant);
            if standing != Standing::Good || row.is_some_and(|row| row.used) {
                return Ok(standing);
            }
            // In one step, so that no other is given out in its place meanwhile.
            let used = Entity::update_many()
                .col_expr(Column::Used, Expr::val(true))
                .filter(Column::Kind.eq(kind.as_str()))
                .filter(Column::Digest.eq(digest.to_vec()))
                .filter(Column::GrantId.eq(grant.as_uuid()))
                .exec(db.writes())
                .await
                .map_err(failed)?;
            if used.rows_affected == 1 {
                return Ok(Standing::Good);
            }
            let row = find(db.writes(), kind, digest).await?;
            Ok(self::standing(row.as_ref(), grant))
        })
        .await
        .map_err(in_table("one_time"))
    }

    async fn erased_at(&self, owner: &Owner) -> Result<Option<Timestamp>, StoreError> {
        let db = &self.0;
        db.within(async {
            let query = Entity::find_by_id((ERASED.to_owned(), name(owner)));
            let row = reading::row(db.reads(), query).await.map_err(failed)?;
            let row = row.map(Read::model).transpose()?;
            Ok(row.and_then(|row| row.granted_at))
        })
        .await
        .map_err(in_table("one_time"))
    }

    async fn sweep(&self, now: Timestamp) -> Result<u64, StoreError> {
        let db = &self.0;
        db.within(async {
            let swept = Entity::delete_many()
                .filter(Column::ForgetAt.lte(stored(now)))
                // A kind of a newer program is its own to forget.
                .filter(Column::Kind.is_in(KINDS))
                .exec(db.writes())
                .await
                .map_err(failed)?;
            Ok(swept.rows_affected)
        })
        .await
        .map_err(in_table("one_time"))
    }
}

/// An erasure: the person's tokens and links are void, and so is launch data
/// from before. What was spent stays spent, and names no one any more.
pub(crate) async fn revoke(tx: &Transaction, owner: &Owner, at: Timestamp) -> Result<(), DbErr> {
    let theirs = || {
        Condition::all()
            .add(Column::Tenant.eq(owner.tenant.as_str()))
            .add(Column::Person.eq(owner.person.0))
    };
    let void = ActiveModel {
        tenant: Set(None),
        person: Set(None),
        grant_id: Set(None),
        used: Set(true),
        ..Default::default()
    };
    Entity::update_many()
        .set(void)
        .filter(theirs())
        .filter(Column::Kind.eq(OneTimeKind::InitData.as_str()))
        .exec(tx)
        .await?;
    Entity::delete_many().filter(theirs()).exec(tx).await?;
    let mark = ActiveModel {
        kind: Set(ERASED.to_owned()),
        digest: Set(name(owner)),
        granted_at: Set(Some(stored(at))),
        ..blank(at + LAUNCH_DATA_LIFE + AGAIN_WITHIN)
    };
    let later = OnConflict::columns([Column::Kind, Column::Digest])
        .update_columns([Column::GrantedAt, Column::ForgetAt])
        .to_owned();
    Entity::insert(mark)
        .on_conflict(later)
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

fn standing(row: Option<&Model>, grant: GrantId) -> Standing {
    match row {
        None => Standing::Unknown,
        Some(row) => match row.grant_id {
            Some(counts) if counts == grant.as_uuid() => Standing::Good,
            Some(_) => Standing::Superseded,
            None => Standing::Revoked,
        },
    }
}

async fn find(
    db: &impl ConnectionTrait,
    kind: OneTimeKind,
    digest: [u8; 32],
) -> Result<Option<Model>, StoreError> {
    let query = Entity::find_by_id(key(kind, digest));
    let row = reading::row(db, query).await.map_err(failed)?;
    row.map(Read::model).transpose()
}

fn key(kind: OneTimeKind, digest: [u8; 32]) -> (String, Vec<u8>) {
    (kind.as_str().to_owned(), digest.to_vec())
}

/// By what a person's mark is found.
fn name(owner: &Owner) -> Vec<u8> {
    format!("{}/{}", owner.tenant, owner.person).into_bytes()
}

fn owned(kind: OneTimeKind, digest: [u8; 32], owner: &Owner, forget_at: Timestamp) -> ActiveModel {
    let (kind, digest) = key(kind, digest);
    ActiveModel {
        kind: Set(kind),
        digest: Set(digest),
        tenant: Set(Some(owner.tenant.to_string())),
        person: Set(Some(owner.person.0)),
        ..blank(forget_at)
    }
}

fn blank(forget_at: Timestamp) -> ActiveModel {
    ActiveModel {
        tenant: Set(None),
        person: Set(None),
        login_id: Set(None),
        used: Set(false),
        grant_id: Set(None),
        granted_at: Set(None),
        forget_at: Set(stored(forget_at)),
        ..Default::default()
    }
}
