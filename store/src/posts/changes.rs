//! The order in which posts change.

use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set};
use sesame_domain::ids::TenantId;
use sesame_domain::ports::StoreError;

use crate::database::{Transaction, failed};
use crate::rows::post_change::{ActiveModel, Column, Entity};

/// Numbers for changes. Whoever has them keeps everyone else of the tenant from changing
/// posts until the transaction is over: so no one sees a number before a lower one that
/// is still to be written.
pub(super) struct Changes {
    before: i64,
    last: i64,
}

impl Changes {
    /// Those that follow the last one.
    pub(super) async fn lock(tx: &Transaction, tenant: &TenantId) -> Result<Self, StoreError> {
        let first = ActiveModel {
            tenant: Set(tenant.to_string()),
            last: Set(0),
        };
        Entity::insert(first)
            .on_conflict(OnConflict::column(Column::Tenant).do_nothing().to_owned())
            .exec_without_returning(tx)
            .await
            .map_err(failed)?;
        let last = Entity::find_by_id(tenant.to_string())
            .select_only()
            .column(Column::Last)
            .lock_exclusive()
            .into_tuple::<i64>()
            .one(tx);
        let last = last.await.map_err(failed)?;
        let last = last.ok_or(StoreError::inconsistent("the last change of posts"))?;
        Ok(Self { before: last, last })
    }

    /// The number of one more change.
    pub(super) fn next(&mut self) -> i64 {
        self.last += 1;
        self.last
    }

    /// Keeps the number of the last one; `None`: nothing changed.
    pub(super) async fn keep(
        &self,
        tx: &Transaction,
        tenant: &TenantId,
    ) -> Result<Option<i64>, StoreError> {
        if self.last == self.before {
            return Ok(None);
        }
        Entity::update_many()
            .col_expr(Column::Last, Expr::val(self.last))
            .filter(Column::Tenant.eq(tenant.as_str()))
            .exec(tx)
            .await
            .map_err(failed)?;
        Ok(Some(self.last))
    }
}
