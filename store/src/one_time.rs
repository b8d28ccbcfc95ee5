//! Things that work once: implements [`OneTime`].

use async_trait::async_trait;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect, Set,
};
use sesame_domain::ids::{LoginId, Owner};
use sesame_domain::ports::{OneTime, OneTimeKind, Redeemed, Spent, StoreError};
use sesame_domain::time::Timestamp;

use crate::database::{Database, commit, failed, is_duplicate};
use crate::rows::one_time::{ActiveModel, Column, Entity};
use crate::rows::stored;

#[async_trait]
impl OneTime for Database {
    async fn spend(
        &self,
        kind: OneTimeKind,
        digest: [u8; 32],
        forget_at: Timestamp,
    ) -> Result<Spent, StoreError> {
        let first_use = OnConflict::columns([Column::Kind, Column::Digest])
            .update_column(Column::Used)
            .action_and_where(Column::Used.eq(false))
            .to_owned();
        self.within(async {
            let rows = Entity::insert(row(kind, digest, true, forget_at))
                .on_conflict(first_use)
                .exec_without_returning(self.writes())
                .await
                .map_err(failed)?;
            Ok(if rows == 0 {
                Spent::Again
            } else {
                Spent::First
            })
        })
        .await
    }

    async fn is_spent(&self, kind: OneTimeKind, digest: [u8; 32]) -> Result<bool, StoreError> {
        self.within(async {
            let row = Entity::find_by_id((kind.as_str().to_owned(), digest.to_vec()))
                .one(self.reads())
                .await
                .map_err(failed)?;
            Ok(row.is_some_and(|row| row.used))
        })
        .await
    }

    async fn issue(
        &self,
        kind: OneTimeKind,
        digest: [u8; 32],
        owner: &Owner,
        login: LoginId,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        let link = ActiveModel {
            tenant: Set(Some(owner.tenant.to_string())),
            person: Set(Some(owner.person.0)),
            login_id: Set(Some(login.as_uuid())),
            ..row(kind, digest, false, expires_at)
        };
        self.within(async {
            match Entity::insert(link)
                .exec_without_returning(self.writes())
                .await
            {
                Ok(_) => Ok(()),
                Err(error) if is_duplicate(&error) => {
                    Err(StoreError::Inconsistent("a link that was given out twice"))
                }
                Err(error) => Err(failed(error)),
            }
        })
        .await
    }

    async fn redeem(
        &self,
        kind: OneTimeKind,
        digest: [u8; 32],
        now: Timestamp,
    ) -> Result<Redeemed, StoreError> {
        self.within(async {
            let tx = self.begin().await?;
            let row = Entity::find_by_id((kind.as_str().to_owned(), digest.to_vec()))
                .lock_exclusive()
                .one(&tx)
                .await
                .map_err(failed)?;
            // Swept or not makes no difference.
            let Some(row) = row.filter(|row| row.forget_at > stored(now)) else {
                return Ok(Redeemed::Unknown);
            };
            if row.used {
                return Ok(Redeemed::Used);
            }
            let mut used = row.clone().into_active_model();
            used.used = Set(true);
            used.update(&tx).await.map_err(failed)?;
            commit(tx).await?;
            row.good()
        })
        .await
    }

    async fn sweep(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.within(async {
            let swept = Entity::delete_many()
                .filter(Column::ForgetAt.lte(stored(now)))
                .exec(self.writes())
                .await
                .map_err(failed)?;
            Ok(swept.rows_affected)
        })
        .await
    }
}

fn row(kind: OneTimeKind, digest: [u8; 32], used: bool, forget_at: Timestamp) -> ActiveModel {
    ActiveModel {
        kind: Set(kind.as_str().to_owned()),
        digest: Set(digest.to_vec()),
        tenant: Set(None),
        person: Set(None),
        login_id: Set(None),
        used: Set(used),
        forget_at: Set(stored(forget_at)),
    }
}
