//! Logins: implements [`Logins`].

use async_trait::async_trait;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
};
use sesame_domain::audit::AuditEntry;
use sesame_domain::ids::{Fence, LoginId, NodeId, Owner, TenantId};
use sesame_domain::login::Login;
use sesame_domain::ports::{
    ClaimedLogin, Intent, LinkRequest, Linked, Logins, RowName, Saved, StoreError, Unattended,
};
use sesame_domain::time::Timestamp;

use crate::database::{Database, commit, failed, in_row, in_table};
use crate::due::due;
use crate::handles::LoginRows;
use crate::link::link;
use crate::reading::{self, Read};
use crate::rows::login::{ActiveModel, Column, Entity, intent, intent_name};
use crate::rows::stored;
use crate::{audit_log, login_save};

/// How often a login that ended just now may get in the way of a new one.
const BEGIN_TRIES: u32 = 5;

#[async_trait]
impl Logins for LoginRows {
    async fn begin(&self, login: &Login, audit: AuditEntry) -> Result<Option<Login>, StoreError> {
        let db = &self.0;
        db.within(async {
            for _ in 0..BEGIN_TRIES {
                if insert(db, login, &audit).await? {
                    return Ok(None);
                }
                let running = running(db.writes(), &login.owner).await?;
                if running.is_some() {
                    return Ok(running);
                }
            }
            Err(StoreError::inconsistent("the id of a new login is taken"))
        })
        .await
        .map_err(in_row("logins", login.id))
    }

    async fn find(&self, id: LoginId) -> Result<Option<Login>, StoreError> {
        let db = &self.0;
        db.within(async {
            let query = Entity::find_by_id(id.as_uuid());
            let row = reading::row(db.reads(), query).await.map_err(failed)?;
            row.map(Read::understood).transpose()
        })
        .await
        .map_err(in_row("logins", id))
    }

    async fn running(&self, owner: &Owner) -> Result<Option<Login>, StoreError> {
        let db = &self.0;
        db.within(running(db.reads(), owner))
            .await
            .map_err(in_table("logins"))
    }

    async fn claim(&self, id: LoginId, node: &NodeId) -> Result<ClaimedLogin, StoreError> {
        let db = &self.0;
        db.within(async {
            // One that is not understood is not claimed either: that would end
            // the claim of a node that understands it.
            let query = Entity::find_by_id(id.as_uuid());
            let row = reading::row(db.reads(), query).await.map_err(failed)?;
            let row = row.ok_or_else(|| StoreError::not_found("logins", id))?;
            row.understood::<ClaimedLogin>()?;
            let rows = Entity::update_many()
                .col_expr(Column::Fence, Expr::col(Column::Fence).add(1))
                .col_expr(Column::Node, Expr::val(node.as_str()))
                .filter(Column::Id.eq(id.as_uuid()))
                .exec_with_returning(db.writes())
                .await
                .map_err(failed)?;
            let row = rows.into_iter().next();
            let row = row.ok_or_else(|| StoreError::not_found("logins", id))?;
            row.try_into()
        })
        .await
        .map_err(in_row("logins", id))
    }

    async fn release(&self, id: LoginId, fence: Fence) -> Result<(), StoreError> {
        let db = &self.0;
        db.within(async {
            Entity::update_many()
                .col_expr(Column::Node, Expr::val(None::<String>))
                .filter(Column::Id.eq(id.as_uuid()))
                .filter(Column::Fence.eq(fence.0))
                .exec(db.writes())
                .await
                .map_err(failed)?;
            Ok(())
        })
        .await
        .map_err(in_row("logins", id))
    }

    async fn save(&self, saved: Saved<'_>) -> Result<(), StoreError> {
        let db = &self.0;
        let id = saved.login.id;
        db.within(async {
            let tx = db.begin().await?;
            login_save::write(&tx, saved).await?;
            commit(tx).await
        })
        .await
        .map_err(in_row("logins", id))
    }

    async fn set_intent(&self, id: LoginId, intent: Intent) -> Result<(), StoreError> {
        let db = &self.0;
        db.within(async {
            Entity::update_many()
                .col_expr(Column::Intent, Expr::val(intent_name(intent)))
                .filter(Column::Id.eq(id.as_uuid()))
                .filter(Column::EndedAt.is_null())
                .exec(db.writes())
                .await
                .map_err(failed)?;
            Ok(())
        })
        .await
        .map_err(in_row("logins", id))
    }

    async fn intent(&self, id: LoginId) -> Result<Option<Intent>, StoreError> {
        let db = &self.0;
        db.within(async {
            let found: Option<Option<String>> = Entity::find_by_id(id.as_uuid())
                .select_only()
                .column(Column::Intent)
                .into_tuple()
                .one(db.reads())
                .await
                .map_err(failed)?;
            let found = found.ok_or_else(|| StoreError::not_found("logins", id))?;
            let row = RowName::of("logins", id);
            let intent = db.skipped().unless(&row, intent(found.as_deref()));
            Ok(intent.flatten())
        })
        .await
        .map_err(in_row("logins", id))
    }

    async fn link(&self, request: LinkRequest<'_>) -> Result<Linked, StoreError> {
        let db = &self.0;
        db.within(link(db, &request))
            .await
            .map_err(in_table("logins"))
    }

    async fn unattended(
        &self,
        tenant: &TenantId,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Unattended>, StoreError> {
        let db = &self.0;
        // The first line says what the index holds, for the planner.
        let unattended = Condition::all()
            .add(
                Column::EndedAt
                    .is_null()
                    .or(Column::CleanupAt.is_not_null()),
            )
            .add(
                Condition::any()
                    .add(Column::EndedAt.is_null())
                    .add(due(Column::CleanupAt, now)),
            );
        db.within(async {
            let unattended = Entity::find()
                .filter(Column::Tenant.eq(tenant.as_str()))
                .filter(unattended)
                .order_by_asc(Column::CreatedAt)
                .order_by_asc(Column::Id);
            db.first(db.reads(), unattended, limit).await
        })
        .await
        .map_err(in_table("logins"))
    }

    async fn prune(&self, ended_before: Timestamp) -> Result<u64, StoreError> {
        let db = &self.0;
        db.within(async {
            let pruned = Entity::delete_many()
                .filter(Column::EndedAt.lt(stored(ended_before)))
                .filter(Column::CleanupAt.is_null())
                .exec(db.writes())
                .await
                .map_err(failed)?;
            Ok(pruned.rows_affected)
        })
        .await
        .map_err(in_table("logins"))
    }
}

/// Stores a new login with its entry; `false`: the owner has one that is not over.
async fn insert(db: &Database, login: &Login, audit: &AuditEntry) -> Result<bool, StoreError> {
    let tx = db.begin().await?;
    // Whether there is one that is not over, the index decides: looking first
    // would let two nodes in at the same time.
    let inserted = Entity::insert(ActiveModel::begun(login)?)
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(&tx)
        .await
        .map_err(failed)?;
    if inserted == 0 {
        return Ok(false);
    }
    audit_log::append(&tx, audit.clone()).await?;
    commit(tx).await?;
    Ok(true)
}

fn of(owner: &Owner) -> Select<Entity> {
    Entity::find()
        .filter(Column::Tenant.eq(owner.tenant.as_str()))
        .filter(Column::Person.eq(owner.person.0))
}

async fn running(db: &impl ConnectionTrait, owner: &Owner) -> Result<Option<Login>, StoreError> {
    let running = of(owner).filter(Column::EndedAt.is_null());
    // One that is not understood runs all the same, and keeps another from
    // being begun.
    let row = reading::row(db, running).await.map_err(failed)?;
    row.map(Read::understood).transpose()
}
