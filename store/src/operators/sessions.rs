//! Sessions of operators: implements [`OperatorSessions`].

use async_trait::async_trait;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, UpdateMany};
use sesame_domain::audit::AuditEntry;
use sesame_domain::ids::{OperatorSessionId, TenantId};
use sesame_domain::operator::{Digest, IDLE, OperatorSession, SessionEnd};
use sesame_domain::ports::{Admission, OperatorSessions, StoreError};
use sesame_domain::time::Timestamp;

use crate::audit_log;
use crate::database::{commit, failed, in_table};
use crate::handles::OperatorSessionRows;
use crate::reading::{self, Read};
use crate::rows::operator_session::{Column, Entity};
use crate::rows::stored;

/// How many are listed at most.
const LISTED: u32 = 100;

#[async_trait]
impl OperatorSessions for OperatorSessionRows {
    async fn admit(
        &self,
        tenant: &TenantId,
        secret: Digest,
        now: Timestamp,
    ) -> Result<Admission, StoreError> {
        let db = &self.0;
        db.within(async {
            let session = match self.found(tenant, secret, now).await? {
                Admission::Good(session) if session.is_seen_anew(now) => session,
                Admission::Over { session, is_first } => {
                    let is_first = is_first && self.refuse(session.id, now).await?;
                    return Ok(Admission::Over { session, is_first });
                }
                other => return Ok(other),
            };
            let seen = Entity::update_many()
                .col_expr(Column::SeenAt, Expr::val(stored(now)))
                .filter(Column::Id.eq(session.id.as_uuid()))
                .filter(Column::Ended.is_null())
                .exec(db.writes())
                .await
                .map_err(failed)?;
            if seen.rows_affected == 0 {
                // It was ended meanwhile.
                let is_first = self.refuse(session.id, now).await?;
                return Ok(Admission::Over { session, is_first });
            }
            let seen_at = stored(now);
            Ok(Admission::Good(OperatorSession { seen_at, ..session }))
        })
        .await
        .map_err(in_table("operator_sessions"))
    }

    async fn watch(
        &self,
        tenant: &TenantId,
        secret: Digest,
        now: Timestamp,
    ) -> Result<Admission, StoreError> {
        let found = self.0.within(self.found(tenant, secret, now)).await;
        Ok(match found.map_err(in_table("operator_sessions"))? {
            // No one tried it.
            Admission::Over { session, .. } => Admission::Over {
                session,
                is_first: false,
            },
            other => other,
        })
    }

    async fn list(
        &self,
        tenant: &TenantId,
        now: Timestamp,
    ) -> Result<Vec<OperatorSession>, StoreError> {
        let db = &self.0;
        db.within(async {
            let query = Entity::find()
                .filter(Column::Tenant.eq(tenant.as_str()))
                .filter(Column::EndsAt.gt(stored(now)))
                .filter(Column::SeenAt.gte(stored(now - IDLE)))
                .filter(Column::Ended.is_null())
                .order_by_desc(Column::EndsAt);
            let mut all: Vec<OperatorSession> = db.first(db.reads(), query, LISTED).await?;
            all.retain(|session| !session.is_over(now));
            Ok(all)
        })
        .await
        .map_err(in_table("operator_sessions"))
    }

    async fn end(
        &self,
        tenant: &TenantId,
        id: OperatorSessionId,
        how: SessionEnd,
        entry: AuditEntry,
    ) -> Result<bool, StoreError> {
        let db = &self.0;
        db.within(async {
            let tx = db.begin().await?;
            let ended = ending(tenant, how)
                .filter(Column::Id.eq(id.as_uuid()))
                .exec(&tx)
                .await
                .map_err(failed)?;
            if ended.rows_affected == 0 {
                return Ok(false);
            }
            audit_log::append(&tx, entry).await?;
            commit(tx).await?;
            Ok(true)
        })
        .await
        .map_err(in_table("operator_sessions"))
    }

    async fn end_others(
        &self,
        tenant: &TenantId,
        but: OperatorSessionId,
        entry: AuditEntry,
    ) -> Result<u64, StoreError> {
        let db = &self.0;
        db.within(async {
            let tx = db.begin().await?;
            let ended = ending(tenant, SessionEnd::Revoked)
                .filter(Column::Id.ne(but.as_uuid()))
                .filter(Column::EndsAt.gt(stored(entry.at)))
                .exec(&tx)
                .await
                .map_err(failed)?;
            audit_log::append(&tx, entry).await?;
            commit(tx).await?;
            Ok(ended.rows_affected)
        })
        .await
        .map_err(in_table("operator_sessions"))
    }
}

impl OperatorSessionRows {
    /// The tenant's session with this secret, and whether it goes on. Nothing is
    /// noted.
    async fn found(
        &self,
        tenant: &TenantId,
        secret: Digest,
        now: Timestamp,
    ) -> Result<Admission, StoreError> {
        let query = Entity::find().filter(Column::Digest.eq(secret.to_vec()));
        let row = reading::row(self.0.reads(), query).await.map_err(failed)?;
        let row = row.map(Read::model).transpose()?;
        let Some(row) = row.filter(|row| row.tenant == tenant.as_str()) else {
            return Ok(Admission::Unknown);
        };
        let (is_ended, was_refused) = (row.ended.is_some(), row.refused_at.is_some());
        let session: OperatorSession = row.try_into()?;
        if is_ended || session.is_over(now) {
            let is_first = !was_refused;
            return Ok(Admission::Over { session, is_first });
        }
        Ok(Admission::Good(session))
    }

    /// Notes that someone tried a session that is over; whether no one had
    /// before.
    async fn refuse(&self, id: OperatorSessionId, now: Timestamp) -> Result<bool, StoreError> {
        let noted = Entity::update_many()
            .col_expr(Column::RefusedAt, Expr::val(stored(now)))
            .filter(Column::Id.eq(id.as_uuid()))
            .filter(Column::RefusedAt.is_null())
            .exec(self.0.writes())
            .await
            .map_err(failed)?;
        Ok(noted.rows_affected == 1)
    }
}

/// Ends sessions of the tenant that go on.
fn ending(tenant: &TenantId, how: SessionEnd) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::Ended, Expr::val(how.as_str()))
        .filter(Column::Tenant.eq(tenant.as_str()))
        .filter(Column::Ended.is_null())
}
