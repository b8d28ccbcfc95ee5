//! Who reads a channel, and how that stands.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::sea_query::{Expr, ExprTrait as _, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use sesame_domain::channel::{Channel, Subscription, reading_job};
use sesame_domain::ids::{AccountId, JobId, Owner, PersonId, TenantId};
use sesame_domain::job::LONGEST_WAIT;
use sesame_domain::notice::Notice;
use sesame_domain::ports::{ChannelReader, StoreError};
use sesame_domain::time::Timestamp;
use uuid::Uuid;

use super::rows::{locked, subscription_of};
use crate::database::{Database, Transaction, commit, failed};
use crate::reading;
use crate::rows::{
    account, channel, channel_subscription as subscription, owner as owner_of, stored, tenant_id,
};
use crate::{jobs, outbox};

/// Has a channel be read by whoever reads it, or by this subscriber if no one does.
pub(super) async fn have_read(
    tx: &Transaction,
    there: &Channel,
    it: &Subscription,
    now: Timestamp,
    job: JobId,
) -> Result<(), StoreError> {
    let reader = match there.reader {
        Some(person) if person != it.owner.person => {
            let owner = Owner {
                tenant: there.tenant.clone(),
                person,
            };
            subscription_of(tx, &owner, there.id).await?
        }
        _ => None,
    };
    let reader = reader.as_ref().unwrap_or(it);
    if there.reader != Some(reader.owner.person) {
        give_to(tx, &there.tenant, there.id, Some(reader), now).await?;
    }
    ask(tx, &reader.owner, reader.account, now, job).await
}

/// Asks for the job that reads a person's channels, and has it go on if it waits.
async fn ask(
    tx: &Transaction,
    owner: &Owner,
    account: AccountId,
    now: Timestamp,
    job: JobId,
) -> Result<(), StoreError> {
    let job = reading_job(job, owner.clone(), account, now);
    let asked = jobs::enqueue(tx, &job).await?;
    if !asked.is_new {
        jobs::hurry(tx, asked.id, now).await?;
    }
    Ok(())
}

/// A channel is read by this one's session from now on; `None`: by no one's.
pub(super) async fn give_to(
    tx: &Transaction,
    tenant: &TenantId,
    channel: i64,
    to: Option<&Subscription>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let given = channel::ActiveModel {
        reader: Set(to.map(|it| it.owner.person.0)),
        next_at: Set(stored(now)),
        failure: Set(None),
        failing_since: Set(None),
        failures: Set(0),
        is_told: Set(false),
        ..Default::default()
    };
    channel::Entity::update_many()
        .set(given)
        .filter(channel::this_one(tenant, channel))
        .exec(tx)
        .await
        .map_err(failed)?;
    Ok(())
}

/// Who may read a channel instead of this one: the first of those whose account works
/// and did not lose it.
pub(super) async fn successor(
    tx: &Transaction,
    tenant: &TenantId,
    channel: i64,
    not: Option<PersonId>,
) -> Result<Option<Subscription>, StoreError> {
    let alive = Query::select()
        .expr(Expr::val(1))
        .from(account::Entity)
        .and_where(same(account::Column::Id, subscription::Column::Account))
        .and_where(account::Column::Health.eq(account::ALIVE))
        .to_owned();
    let mut query = subscription::Entity::find()
        .filter(subscription::of_channel(tenant, channel))
        .filter(subscription::Column::LostAt.is_null())
        .filter(Expr::exists(alive))
        .order_by_asc(subscription::Column::Person);
    if let Some(not) = not {
        query = query.filter(subscription::Column::Person.ne(not.0));
    }
    let found = reading::rows(tx, query.limit(10)).await.map_err(failed)?;
    // One that a newer program wrote takes no one's place.
    let mut found = found.into_iter();
    Ok(found.find_map(|row| row.understood().ok()))
}

/// Has a person's channel be looked at now.
pub(super) async fn hurry(
    tx: &Transaction,
    owner: &Owner,
    channel: i64,
    job: JobId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let there = locked(tx, &owner.tenant, channel).await?;
    let it = subscription_of(tx, owner, channel).await?;
    let Some((mut there, it)) = there.zip(it) else {
        return Ok(false);
    };
    if it.lost_at.is_some() {
        // Whether their account may read it again, only that can find out.
        there.reader = None;
    }
    let due = channel::ActiveModel {
        next_at: Set(stored(now)),
        ..Default::default()
    };
    channel::Entity::update_many()
        .set(due)
        .filter(channel::this_one(&owner.tenant, channel))
        .exec(tx)
        .await
        .map_err(failed)?;
    have_read(tx, &there, &it, now, job).await?;
    Ok(true)
}

/// Keeps how reading stands, if it is still theirs to read.
pub(super) async fn keep(
    tx: &Transaction,
    it: &Channel,
    began: Timestamp,
    told: &[Notice],
) -> Result<bool, StoreError> {
    let Some(reader) = it.reader else {
        return Ok(false);
    };
    // Someone who wants it to be looked at now is not put off.
    let next = Expr::case(
        channel::Column::NextAt.gt(stored(began)),
        Expr::col(channel::Column::NextAt),
    )
    .finally(Expr::val(stored(it.next_at)));
    let standing = channel::ActiveModel {
        next_at: sea_orm::NotSet,
        ..channel::ActiveModel::standing(it)
    };
    let kept = channel::Entity::update_many()
        .set(standing)
        .col_expr(channel::Column::NextAt, next.into())
        .filter(channel::this_one(&it.tenant, it.id))
        .filter(channel::Column::Reader.eq(reader.0));
    if kept.exec(tx).await.map_err(failed)?.rows_affected == 0 {
        return Ok(false);
    }
    if it.trouble.is_none() {
        let owner = Owner {
            tenant: it.tenant.clone(),
            person: reader,
        };
        lose(tx, &owner, it.id, None).await?;
    }
    outbox::queue(tx, told.iter().cloned()).await?;
    Ok(true)
}

/// Notes that a person's account may not read a channel any more, or does again.
async fn lose(
    tx: &Transaction,
    owner: &Owner,
    channel: i64,
    at: Option<Timestamp>,
) -> Result<(), StoreError> {
    let lost = subscription::Column::LostAt;
    let changes = match at {
        Some(_) => lost.is_null(),
        None => lost.is_not_null(),
    };
    subscription::Entity::update_many()
        .col_expr(lost, Expr::val(at.map(stored)))
        .filter(subscription::this_one(owner, channel))
        .filter(changes)
        .exec(tx)
        .await
        .map_err(failed)?;
    Ok(())
}

/// Someone else's session reads a channel from now on, if there is one.
pub(super) async fn pass_on(
    tx: &Transaction,
    from: &Owner,
    channel: i64,
    is_lost: bool,
    job: JobId,
    at: Timestamp,
) -> Result<Option<ChannelReader>, StoreError> {
    let there = locked(tx, &from.tenant, channel).await?;
    if there.is_none_or(|it| it.reader != Some(from.person)) {
        return Ok(None);
    }
    if is_lost {
        lose(tx, from, channel, Some(at)).await?;
    }
    let Some(next) = successor(tx, &from.tenant, channel, Some(from.person)).await? else {
        return Ok(None);
    };
    give_to(tx, &from.tenant, channel, Some(&next), at).await?;
    ask(tx, &next.owner, next.account, at, job).await?;
    Ok(Some(ChannelReader {
        owner: next.owner,
        account: next.account,
    }))
}

/// That someone wants a channel; `by_reader`: who reads it does.
pub(super) fn wanted(by_reader: bool) -> SelectStatement {
    let mut all = Condition::all()
        .add(same(subscription::Column::Tenant, channel::Column::Tenant))
        .add(same(
            subscription::Column::Channel,
            channel::Column::Channel,
        ));
    if by_reader {
        all = all.add(same(subscription::Column::Person, channel::Column::Reader));
    }
    Query::select()
        .expr(Expr::val(1))
        .from(subscription::Entity)
        .cond_where(all)
        .to_owned()
}

/// Gives channels that no one reads to someone who may.
pub(super) async fn assign(db: &Database, now: Timestamp, limit: u32) -> Result<u64, StoreError> {
    let orphans: Vec<(String, i64)> = channel::Entity::find()
        .select_only()
        .columns([channel::Column::Tenant, channel::Column::Channel])
        .filter(Expr::exists(wanted(true)).not())
        .filter(Expr::exists(wanted(false)))
        .limit(u64::from(limit))
        .into_tuple()
        .all(db.reads())
        .await
        .map_err(failed)?;
    let mut assigned = 0;
    for (tenant, id) in orphans {
        let Ok(tenant) = tenant_id(tenant) else {
            continue;
        };
        let tx = db.begin().await?;
        if locked(&tx, &tenant, id).await?.is_none() {
            continue;
        }
        let Some(next) = successor(&tx, &tenant, id, None).await? else {
            continue;
        };
        give_to(&tx, &tenant, id, Some(&next), now).await?;
        commit(tx).await?;
        assigned += 1;
    }
    Ok(assigned)
}

/// Two columns that hold the same.
fn same(one: impl ColumnTrait, other: impl ColumnTrait) -> Expr {
    Expr::col(one.as_column_ref()).eq(Expr::col(other.as_column_ref()))
}

/// Who has channels to read that are due.
pub(super) async fn due_readers(
    db: &Database,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<ChannelReader>, StoreError> {
    let next = channel::Column::NextAt;
    let due = next.lte(stored(now));
    // Dated by a clock that was ahead.
    let ahead = next.gt(stored(now + LONGEST_WAIT));
    let mut people = BTreeMap::<String, BTreeSet<i64>>::new();
    for due in [due, ahead] {
        let found = channel::Entity::find()
            .select_only()
            .columns([channel::Column::Tenant, channel::Column::Reader])
            .filter(due)
            .order_by_asc(next)
            .limit(u64::from(limit))
            .into_tuple::<(String, Option<i64>)>()
            .all(db.reads());
        for (tenant, reader) in found.await.map_err(failed)? {
            people.entry(tenant).or_default().extend(reader);
        }
    }
    let mut readers = Vec::new();
    for (tenant, people) in people {
        let accounts = account::Entity::find()
            .select_only()
            .columns([account::Column::Person, account::Column::Id])
            .filter(account::Column::Tenant.eq(&tenant))
            .filter(account::Column::Person.is_in(people))
            .order_by_asc(account::Column::Person)
            .into_tuple::<(i64, Uuid)>()
            .all(db.reads());
        for (person, account) in accounts.await.map_err(failed)? {
            // Of a tenant without a name here no one reads.
            if let Ok(owner) = owner_of(tenant.clone(), person) {
                let account = AccountId::from(account);
                readers.push(ChannelReader { owner, account });
            }
        }
    }
    Ok(readers)
}
