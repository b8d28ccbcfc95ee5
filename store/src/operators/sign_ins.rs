//! Links by which operators sign in: implements [`SignIns`].

use async_trait::async_trait;
use chrono::TimeDelta;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect, Set,
};
use sesame_domain::audit::AuditEntry;
use sesame_domain::ids::TenantId;
use sesame_domain::notice::Notice;
use sesame_domain::operator::{Digest, LinkEnd, LinkRefusal, OperatorSession, SignInLink};
use sesame_domain::ports::{RefusedLink, SignIns, StoreError};
use sesame_domain::time::Timestamp;

use crate::database::{Transaction, commit, failed, in_table};
use crate::handles::SignInRows;
use crate::reading::{self, Read};
use crate::rows::sign_in_link::{ActiveModel, Column, Entity, Model};
use crate::rows::{confirmation, operator_session, stored};
use crate::{audit_log, outbox};

/// For how long it is remembered what a link, a session or a question was that
/// is over, so that whoever shows one is told more than that it is unknown.
const REMEMBERED: TimeDelta = TimeDelta::days(1);

#[async_trait]
impl SignIns for SignInRows {
    async fn issue(
        &self,
        link: &SignInLink,
        digest: Digest,
        entry: AuditEntry,
    ) -> Result<(), StoreError> {
        let db = &self.0;
        db.within(async {
            let tx = db.begin().await?;
            forget(&tx, link.issued_at - REMEMBERED).await?;
            let replaced = ActiveModel {
                ended: Set(Some(LinkEnd::Replaced.as_str().to_owned())),
                ..Default::default()
            };
            Entity::update_many()
                .set(replaced)
                .filter(Column::Tenant.eq(link.owner.tenant.as_str()))
                .filter(Column::Person.eq(link.owner.person.0))
                .filter(Column::Ended.is_null())
                .exec(&tx)
                .await
                .map_err(failed)?;
            Entity::insert(ActiveModel::of(link, digest))
                .exec_without_returning(&tx)
                .await
                .map_err(failed)?;
            audit_log::append(&tx, entry).await?;
            commit(tx).await
        })
        .await
        .map_err(in_table("sign_in_links"))
    }

    async fn open(
        &self,
        tenant: &TenantId,
        digest: Digest,
        browser: Digest,
        now: Timestamp,
    ) -> Result<Result<SignInLink, RefusedLink>, StoreError> {
        let db = &self.0;
        db.within(async {
            let tx = db.begin().await?;
            let row = match working(&tx, tenant, digest, browser, now).await? {
                Ok(row) => row,
                Err(refused) => return Ok(Err(refused)),
            };
            let link = row.clone().try_into()?;
            if row.browser.is_none() {
                let mut bound = row.into_active_model();
                bound.browser = Set(Some(browser.to_vec()));
                bound.update(&tx).await.map_err(failed)?;
                commit(tx).await?;
            }
            Ok(Ok(link))
        })
        .await
        .map_err(in_table("sign_in_links"))
    }

    async fn redeem(
        &self,
        digest: Digest,
        browser: Digest,
        session: &OperatorSession,
        secret: Digest,
        entry: AuditEntry,
        notice: Notice,
    ) -> Result<Result<(), RefusedLink>, StoreError> {
        let db = &self.0;
        db.within(async {
            let tx = db.begin().await?;
            let (tenant, now) = (&session.owner.tenant, session.began_at);
            let ended = end(&tx, tenant, digest, browser, now, LinkEnd::Used).await?;
            let Ok(link) = ended else {
                return Ok(ended.map(|_| ()));
            };
            if link.owner != session.owner {
                return Err(StoreError::inconsistent("a session of someone else's link"));
            }
            operator_session::Entity::insert(operator_session::ActiveModel::of(session, secret))
                .exec_without_returning(&tx)
                .await
                .map_err(failed)?;
            outbox::queue(&tx, Some(notice)).await?;
            audit_log::append(&tx, entry).await?;
            commit(tx).await?;
            Ok(Ok(()))
        })
        .await
        .map_err(in_table("operator_sessions"))
    }

    async fn reject(
        &self,
        tenant: &TenantId,
        digest: Digest,
        browser: Digest,
        entry: AuditEntry,
        notice: Notice,
    ) -> Result<Result<(), RefusedLink>, StoreError> {
        let db = &self.0;
        db.within(async {
            let tx = db.begin().await?;
            let ended = end(&tx, tenant, digest, browser, entry.at, LinkEnd::Rejected).await?;
            if ended.is_err() {
                return Ok(ended.map(|_| ()));
            }
            outbox::queue(&tx, Some(notice)).await?;
            audit_log::append(&tx, entry).await?;
            commit(tx).await?;
            Ok(Ok(()))
        })
        .await
        .map_err(in_table("sign_in_links"))
    }
}

/// The row of a link that works in this browser, held until the transaction
/// ends.
async fn working(
    tx: &Transaction,
    tenant: &TenantId,
    digest: Digest,
    browser: Digest,
    now: Timestamp,
) -> Result<Result<Model, RefusedLink>, StoreError> {
    let query = Entity::find()
        .filter(Column::Digest.eq(digest.to_vec()))
        .lock_exclusive();
    let row = reading::row(tx, query).await.map_err(failed)?;
    let row = row.map(Read::model).transpose()?;
    let Some(row) = row.filter(|row| row.tenant == tenant.as_str()) else {
        let why = LinkRefusal::Unknown;
        return Ok(Err(RefusedLink { why, link: None }));
    };
    let link: SignInLink = row.clone().try_into()?;
    let (is_ended, opened_by) = (row.ended.is_some(), row.opened_by()?);
    let refusal = link.refusal(is_ended, opened_by, browser, stored(now));
    Ok(match refusal {
        None => Ok(row),
        Some(why) => Err(RefusedLink {
            why,
            link: Some(link),
        }),
    })
}

/// Ends a link that this browser opened.
async fn end(
    tx: &Transaction,
    tenant: &TenantId,
    digest: Digest,
    browser: Digest,
    now: Timestamp,
    how: LinkEnd,
) -> Result<Result<SignInLink, RefusedLink>, StoreError> {
    let row = match working(tx, tenant, digest, browser, now).await? {
        Ok(row) => row,
        Err(refused) => return Ok(Err(refused)),
    };
    let link: SignInLink = row.clone().try_into()?;
    if row.browser.is_none() {
        let (why, link) = (LinkRefusal::Elsewhere, Some(link));
        return Ok(Err(RefusedLink { why, link }));
    }
    let mut ended = row.into_active_model();
    ended.ended = Set(Some(how.as_str().to_owned()));
    ended.update(tx).await.map_err(failed)?;
    Ok(Ok(link))
}

/// Forgets what was over before that moment.
async fn forget(tx: &Transaction, before: Timestamp) -> Result<(), StoreError> {
    let before = stored(before);
    Entity::delete_many()
        .filter(Column::ExpiresAt.lt(before))
        .exec(tx)
        .await
        .map_err(failed)?;
    operator_session::Entity::delete_many()
        .filter(operator_session::Column::EndsAt.lt(before))
        .exec(tx)
        .await
        .map_err(failed)?;
    confirmation::Entity::delete_many()
        .filter(confirmation::Column::ExpiresAt.lt(before))
        .exec(tx)
        .await
        .map_err(failed)?;
    Ok(())
}
