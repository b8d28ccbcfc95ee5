//! Which logins count against the day's budget: implements [`LoginAttempts`].

use async_trait::async_trait;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder,
    QuerySelect, Set,
};
use sesame_domain::ids::{LoginId, Owner, PersonId};
use sesame_domain::login::Login;
use sesame_domain::login_budget::{LoginAttempt, LoginBudget};
use sesame_domain::ports::{LoginAttempts, StoreError};
use sesame_domain::time::Timestamp;

use crate::database::{Database, Transaction, commit, failed, in_row, in_table, lock};
use crate::handles::LoginAttemptRows;
use crate::reading;
use crate::rows::login_attempt::{ActiveModel, Column, Entity, Model};
use crate::rows::stored;

/// More than any budget counts.
const MOST: u64 = 10_000;

#[async_trait]
impl LoginAttempts for LoginAttemptRows {
    async fn take(
        &self,
        login: LoginId,
        owner: &Owner,
        budget: LoginBudget,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError> {
        let db = &self.0;
        db.within(async {
            let tx = db.begin().await?;
            // With whichever bot: the account is the same.
            let whose = format!("login attempts of {}", owner.person);
            lock(&tx, &whose).await.map_err(failed)?;
            let attempts = attempts(db, &tx, owner, now).await?;
            if let Some(until) = budget.spent_until(&attempts, now) {
                return Ok(Some(until));
            }
            Entity::insert(ActiveModel::begun(login, owner, now))
                .exec_without_returning(&tx)
                .await
                .map_err(failed)?;
            commit(tx).await?;
            Ok(None)
        })
        .await
        .map_err(in_row("login_attempts", login))
    }

    async fn spent_until(
        &self,
        owner: &Owner,
        budget: LoginBudget,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError> {
        let db = &self.0;
        db.within(async {
            let attempts = attempts(db, db.reads(), owner, now).await?;
            Ok(budget.spent_until(&attempts, now))
        })
        .await
        .map_err(in_table("login_attempts"))
    }

    async fn give_back(&self, login: LoginId) -> Result<(), StoreError> {
        let db = &self.0;
        db.within(async {
            Entity::delete_many()
                .filter(Column::LoginId.eq(login.as_uuid()))
                .filter(Column::ScannedAt.is_null())
                .exec(db.writes())
                .await
                .map_err(failed)?;
            Ok(())
        })
        .await
        .map_err(in_row("login_attempts", login))
    }

    async fn forget(&self, begun_before: Timestamp) -> Result<u64, StoreError> {
        let db = &self.0;
        db.within(async {
            let forgotten = Entity::delete_many()
                .filter(Column::BegunAt.lt(stored(begun_before)))
                .exec(db.writes())
                .await
                .map_err(failed)?;
            Ok(forgotten.rows_affected)
        })
        .await
        .map_err(in_table("login_attempts"))
    }
}

/// Notes that the code of a login was scanned; once is enough. Also of one that
/// a program began which does not count them.
pub(crate) async fn note_scan(tx: &Transaction, login: &Login) -> Result<(), StoreError> {
    let Some(scanned_at) = login.scanned_at else {
        return Ok(());
    };
    let scanned = ActiveModel {
        scanned_at: Set(Some(stored(scanned_at))),
        ..ActiveModel::begun(login.id, &login.owner, login.created_at)
    };
    let known = OnConflict::column(Column::LoginId)
        .update_column(Column::ScannedAt)
        .action_and_where(Expr::col((Entity, Column::ScannedAt)).is_null())
        .to_owned();
    Entity::insert(scanned)
        .on_conflict(known)
        .exec_without_returning(tx)
        .await
        .map_err(failed)?;
    Ok(())
}

/// Notes whose account scanned the code of a login.
pub(crate) async fn note_account(
    tx: &Transaction,
    login: LoginId,
    account: PersonId,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::Account, Expr::val(account.0))
        .filter(Column::LoginId.eq(login.as_uuid()))
        .exec(tx)
        .await
        .map_err(failed)?;
    Ok(())
}

/// What counts for a person: what they began, and codes that their account
/// scanned.
async fn attempts(
    db: &Database,
    connection: &impl ConnectionTrait,
    owner: &Owner,
    now: Timestamp,
) -> Result<Vec<LoginAttempt>, StoreError> {
    let begun = Condition::all()
        .add(Column::Person.eq(owner.person.0))
        .add(Column::Tenant.eq(owner.tenant.as_str()));
    // What the person began is among it, and is not to be counted twice.
    let scanned = Condition::all()
        .add(Column::Account.eq(owner.person.0))
        .add(
            Condition::all()
                .add(Column::Person.eq(owner.person.0))
                .add(Column::Tenant.eq(owner.tenant.as_str()))
                .not(),
        );
    let mut counted = Vec::new();
    for whose in [begun, scanned] {
        let recent = Entity::find()
            .filter(whose)
            .filter(Column::BegunAt.gt(stored(now - LoginBudget::REMEMBERED)))
            .order_by_desc(Column::BegunAt)
            .limit(MOST);
        let rows = reading::rows(connection, recent).await.map_err(failed)?;
        let understood = |model: Model| Ok(model.counted_for(owner));
        counted.extend(
            rows.into_iter()
                .filter_map(|row| db.unless_skipped(row, understood)),
        );
    }
    Ok(counted)
}
