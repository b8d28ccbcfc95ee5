//! Tenants that do not stand in the environment: implements [`TenantRegister`].

use async_trait::async_trait;
use sea_orm::sea_query::{Expr, OnConflict, Order, Query};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect, Set,
};
use sesame_domain::audit::AuditEntry;
use sesame_domain::ids::TenantId;
use sesame_domain::page::BrokenRow;
use sesame_domain::ports::{StoreError, TenantChanged, TenantRegister};
use sesame_domain::sealed::Sealed;
use sesame_domain::tenant::{Tenant, TenantChange, TenantState, TokenName};

use crate::audit_log;
use crate::database::{Transaction, commit, failed, in_row, in_table};
use crate::handles::TenantRows;
use crate::reading::{self, Read};
use crate::rows::tenant::{ActiveModel, Column, Entity, Model, written};
use crate::rows::{instance_secret, schedule, stored};

const TABLE: &str = "tenants";

/// Where something of a tenant may be left that has no one's session behind it.
const TRACES: [&str; 6] = [
    "outbox",
    "one_time",
    "login_attempts",
    "confirmations",
    "operator_sessions",
    "sign_in_links",
];

#[async_trait]
impl TenantRegister for TenantRows {
    async fn all(&self) -> Result<Vec<Result<Tenant, BrokenRow>>, StoreError> {
        let db = &self.0;
        db.within(async {
            let query = Entity::find().order_by_asc(Column::Id);
            let rows = reading::rows(db.reads(), query).await.map_err(failed)?;
            Ok(rows.into_iter().map(Read::or_broken).collect())
        })
        .await
        .map_err(in_table(TABLE))
    }

    async fn add(
        &self,
        tenant: &Tenant,
        token: &Sealed,
        audit: AuditEntry,
    ) -> Result<TenantChanged, StoreError> {
        let db = &self.0;
        db.within(async {
            let tx = db.begin().await?;
            let added = Entity::insert(ActiveModel::of(tenant))
                // Of the name or of the bot: which, is looked up.
                .on_conflict(OnConflict::new().do_nothing().to_owned())
                .exec_without_returning(&tx)
                .await
                .map_err(failed)?;
            if added == 0 {
                let others = whose_bot(&tx, tenant.bot.id).await?;
                return Ok(match others.filter(|other| *other != tenant.id) {
                    Some(other) => TenantChanged::BotTaken(other),
                    None => TenantChanged::NameTaken,
                });
            }
            keep_token(&tx, &tenant.id, &tenant.token, token).await?;
            audit_log::append(&tx, audit).await?;
            commit(tx).await?;
            Ok(TenantChanged::Done(tenant.clone()))
        })
        .await
        .map_err(in_row(TABLE, &tenant.id))
    }

    async fn change(
        &self,
        id: &TenantId,
        version: i64,
        change: TenantChange,
        audit: AuditEntry,
    ) -> Result<TenantChanged, StoreError> {
        let db = &self.0;
        db.within(async {
            let tx = db.begin().await?;
            let Some(row) = held(&tx, id).await? else {
                return Ok(TenantChanged::NotFound);
            };
            if row.version != version {
                return Ok(TenantChanged::Stale);
            }
            if let Some((bot, token)) = &change.bot {
                let others = whose_bot(&tx, bot.id).await?;
                if let Some(other) = others.filter(|other| other != id) {
                    return Ok(TenantChanged::BotTaken(other));
                }
                keep_token(&tx, id, &token.name, &token.sealed).await?;
            }
            let changed = changed(row, change, &audit);
            let row = changed.update(&tx).await.map_err(failed)?;
            audit_log::append(&tx, audit).await?;
            commit(tx).await?;
            Ok(TenantChanged::Done(row.try_into()?))
        })
        .await
        .map_err(in_row(TABLE, id))
    }

    async fn forget(&self, id: &TenantId, audit: AuditEntry) -> Result<bool, StoreError> {
        let db = &self.0;
        db.within(async {
            let tx = db.begin().await?;
            if has_anything(&tx, id).await? {
                return Ok(false);
            }
            let gone = Entity::delete_many()
                .filter(Column::Id.eq(id.as_str()))
                .filter(Column::State.eq(TenantState::Leaving.as_str()))
                .exec(&tx)
                .await
                .map_err(failed)?;
            if gone.rows_affected == 0 {
                return Ok(false);
            }
            forget_traces(&tx, id).await?;
            forget_tokens(&tx, id).await?;
            forget_schedules(&tx, id).await?;
            audit_log::append(&tx, audit).await?;
            commit(tx).await?;
            Ok(true)
        })
        .await
        .map_err(in_row(TABLE, id))
    }
}

/// The row, held until the transaction ends.
async fn held(tx: &Transaction, id: &TenantId) -> Result<Option<Model>, StoreError> {
    let query = Entity::find_by_id(id.as_str()).lock_exclusive();
    let row = reading::row(tx, query).await.map_err(failed)?;
    row.map(Read::model).transpose()
}

/// Whose bot this is.
async fn whose_bot(tx: &Transaction, bot: i64) -> Result<Option<TenantId>, StoreError> {
    let query = Entity::find().filter(Column::BotId.eq(bot));
    let row = reading::row(tx, query).await.map_err(failed)?;
    let tenant = row.map(Read::understood::<Tenant>).transpose()?;
    Ok(tenant.map(|it| it.id))
}

fn changed(row: Model, change: TenantChange, audit: &AuditEntry) -> ActiveModel {
    let version = row.version + 1;
    let mut changed = row.into_active_model();
    if let Some(state) = change.state {
        changed.state = Set(state.as_str().to_owned());
    }
    if let Some((bot, token)) = change.bot {
        changed.bot_id = Set(bot.id);
        changed.bot_username = Set(bot.username);
        changed.token_name = Set(token.name.as_str().to_owned());
    }
    if let Some(settings) = change.settings {
        changed.settings = Set(written(&settings));
    }
    changed.version = Set(version);
    changed.changed_at = Set(stored(audit.at));
    changed
}

/// What has to be gone before a tenant is: what is at Telegram, too, and who has it.
async fn has_anything(tx: &Transaction, id: &TenantId) -> Result<bool, StoreError> {
    // Every other session is an account's.
    let leaves = Some(Expr::col("leave_at").is_not_null());
    for (table, which) in [
        ("sessions", leaves),
        ("accounts", None),
        ("logins", None),
        ("people", None),
    ] {
        let any = Query::select()
            .expr(Expr::val(1))
            .from(table)
            .and_where(Expr::col("tenant").eq(id.as_str()))
            .and_where_option(which)
            // In the order of an index, so that one is used, however many there are.
            .order_by("person", Order::Asc)
            .limit(1)
            .take();
        if tx.query_one(&any).await.map_err(failed)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What would lapse by itself: messages that no bot sends any more, links, questions.
async fn forget_traces(tx: &Transaction, id: &TenantId) -> Result<(), StoreError> {
    for table in TRACES {
        let trace = Query::delete()
            .from_table(table)
            .and_where(Expr::col("tenant").eq(id.as_str()))
            .take();
        tx.execute(&trace).await.map_err(failed)?;
    }
    Ok(())
}

/// Keeps this token of a tenant, and no other.
async fn keep_token(
    tx: &Transaction,
    id: &TenantId,
    name: &TokenName,
    sealed: &Sealed,
) -> Result<(), StoreError> {
    forget_tokens(tx, id).await?;
    instance_secret::Entity::insert(instance_secret::ActiveModel::of(name.as_str(), sealed))
        .exec_without_returning(tx)
        .await
        .map_err(failed)?;
    Ok(())
}

async fn forget_tokens(tx: &Transaction, id: &TenantId) -> Result<(), StoreError> {
    instance_secret::Entity::delete_many()
        .filter(instance_secret::Column::Name.starts_with(TokenName::all_of(id)))
        .exec(tx)
        .await
        .map_err(failed)?;
    Ok(())
}

/// What is done again and again for a tenant by its name is not asked for any more.
async fn forget_schedules(tx: &Transaction, id: &TenantId) -> Result<(), StoreError> {
    let of_tenant = Expr::col(schedule::Column::Kind).like(format!("%@{id}"));
    schedule::Entity::delete_many()
        .filter(of_tenant)
        .exec(tx)
        .await
        .map_err(failed)?;
    Ok(())
}
