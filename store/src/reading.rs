//! Reading rows one by one, so that one that this program does not understand
//! stops none beside it.
//!
//! Such a row was written by a newer program that ran, or runs, beside this
//! one, or it is damaged. It stays exactly as it is, for whoever understands
//! it. Lists go on without it, or say in its place that it is there and broken
//! ([`Read::or_broken`]); whoever asks for that very row is told that it is not
//! understood: that there is none would be a lie that makes people begin anew
//! what is there.

use sea_orm::sea_query::ColumnType;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, IdenStatic, Iterable,
    PrimaryKeyToColumn, QueryFilter, QueryOrder, QueryResult, QuerySelect, QueryTrait, Select,
};
use sesame_domain::page::{BrokenRow, Paged};
use sesame_domain::ports::{RowName, StoreError};
use sesame_domain::reason::Reason;
use uuid::Uuid;

use crate::database::{Database, failed};

/// How many bytes of a key that is no text are shown.
const SHOWN: usize = 4;

/// A row, whether its columns hold what they should or not.
pub(crate) struct Read<E: EntityTrait> {
    name: RowName,
    model: Result<E::Model, DbErr>,
}

impl<E: EntityTrait> Read<E> {
    /// The row of the entity whose columns have this prefix in the result.
    pub(crate) fn of(row: &QueryResult, prefix: &str) -> Self {
        Self {
            name: RowName::new(table::<E>(), key::<E>(row, prefix)),
            model: E::Model::from_query_result(row, prefix),
        }
    }

    /// Which row it is.
    pub(crate) fn name(&self) -> &RowName {
        &self.name
    }

    /// What the row tells of.
    pub(crate) fn understood<T>(self) -> Result<T, StoreError>
    where
        T: TryFrom<E::Model, Error = StoreError>,
    {
        self.then(T::try_from)
    }

    /// The row as it is, if its columns hold what they should.
    pub(crate) fn model(self) -> Result<E::Model, StoreError> {
        self.then(Ok)
    }

    /// What is made of the row.
    pub(crate) fn then<T>(
        self,
        make: impl FnOnce(E::Model) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let (name, read) = self.made(make);
        read.map_err(|error| error.about(name))
    }

    /// What the row tells of, for a list that says what it leaves out.
    pub(crate) fn or_broken<T>(self) -> Result<T, BrokenRow>
    where
        T: TryFrom<E::Model, Error = StoreError>,
    {
        self.or_broken_by(T::try_from)
    }

    /// What is made of the row, for a list that says what it leaves out.
    pub(crate) fn or_broken_by<T>(
        self,
        make: impl FnOnce(E::Model) -> Result<T, StoreError>,
    ) -> Result<T, BrokenRow> {
        let (name, read) = self.made(make);
        read.map_err(|error| BrokenRow {
            id: id::<E>(&name.key).to_owned(),
            what: format!("{}: {}", name.table, Reason::of(&error)),
        })
    }

    fn made<T>(
        self,
        make: impl FnOnce(E::Model) -> Result<T, StoreError>,
    ) -> (RowName, Result<T, StoreError>) {
        let unreadable = |_| StoreError::inconsistent("a column does not hold what it should");
        (self.name, self.model.map_err(unreadable).and_then(make))
    }
}

/// The rows that a query finds.
pub(crate) async fn rows<E: EntityTrait>(
    db: &impl ConnectionTrait,
    query: Select<E>,
) -> Result<Vec<Read<E>>, DbErr> {
    let found = db.query_all(&query.into_query()).await?;
    Ok(read(&found))
}

/// The rows of an entity that were found.
pub(crate) fn read<E: EntityTrait>(found: &[QueryResult]) -> Vec<Read<E>> {
    found.iter().map(|row| Read::of(row, "")).collect()
}

/// The row that a query finds.
pub(crate) async fn row<E: EntityTrait>(
    db: &impl ConnectionTrait,
    query: Select<E>,
) -> Result<Option<Read<E>>, DbErr> {
    let found = rows(db, query.limit(1)).await?;
    Ok(found.into_iter().next())
}

/// A page of what a query finds, by an id that grows with time: the newest first, those
/// before `after` if it names one.
pub(crate) async fn newest_first<E: EntityTrait, T, Id>(
    db: &impl ConnectionTrait,
    query: Select<E>,
    id: E::Column,
    after: Option<Uuid>,
    limit: u32,
) -> Result<Paged<T, Id>, DbErr>
where
    T: TryFrom<E::Model, Error = StoreError>,
    Id: From<Uuid>,
{
    let mut query = query.order_by_desc(id);
    if let Some(after) = after {
        query = query.filter(id.lt(after));
    }
    let place = |row: &QueryResult| row.try_get::<Uuid>("", id.as_str()).map(Id::from);
    page(db, query, limit, place).await
}

/// A page of what a query finds, which says in what order. The next one begins behind the
/// place of the last row; that is read by itself, so that no row need be understood.
pub(crate) async fn page<E, T, Place>(
    db: &impl ConnectionTrait,
    query: Select<E>,
    limit: u32,
    place: impl FnOnce(&QueryResult) -> Result<Place, DbErr>,
) -> Result<Paged<T, Place>, DbErr>
where
    E: EntityTrait,
    T: TryFrom<E::Model, Error = StoreError>,
{
    // One more tells whether there is a next page.
    let query = query.limit(u64::from(limit) + 1);
    let found = db.query_all(&query.into_query()).await?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut paged = Paged {
        rows: Vec::new(),
        broken: Vec::new(),
        next: None,
    };
    for row in found.iter().take(limit) {
        match Read::<E>::of(row, "").or_broken() {
            Ok(one) => paged.rows.push(one),
            Err(broken) => paged.broken.push(broken),
        }
    }
    if found.len() > limit {
        let last = limit.checked_sub(1).and_then(|last| found.get(last));
        paged.next = last.map(place).transpose()?;
    }
    Ok(paged)
}

/// The name of an entity's table.
pub(crate) fn table<E: EntityTrait>() -> &'static str {
    E::default().as_str()
}

/// The key of a row, as far as it can be read.
fn key<E: EntityTrait>(row: &QueryResult, prefix: &str) -> String {
    let columns = E::PrimaryKey::iter().map(|key| {
        let column = key.into_column();
        let (name, holds) = (column.as_str(), column.def());
        let value = value(row, &format!("{prefix}{name}"), holds.get_column_type());
        format!("{name} {}", value.as_deref().unwrap_or("?"))
    });
    columns.collect::<Vec<_>>().join(", ")
}

/// What a key holds, without the name of its column where it has but one.
fn id<E: EntityTrait>(key: &str) -> &str {
    match key.split_once(' ') {
        Some((_, id)) if E::PrimaryKey::iter().count() == 1 => id,
        _ => key,
    }
}

fn value(row: &QueryResult, column: &str, holds: &ColumnType) -> Option<String> {
    match holds {
        ColumnType::Uuid => {
            let id: uuid::Uuid = row.try_get("", column).ok()?;
            Some(id.to_string())
        }
        ColumnType::SmallInteger => {
            let number: i16 = row.try_get("", column).ok()?;
            Some(number.to_string())
        }
        ColumnType::BigInteger => {
            let number: i64 = row.try_get("", column).ok()?;
            Some(number.to_string())
        }
        ColumnType::String(_) | ColumnType::Text => row.try_get("", column).ok(),
        _ => {
            let bytes: Vec<u8> = row.try_get("", column).ok()?;
            let shown = bytes.iter().take(SHOWN);
            let hex: Vec<_> = shown.map(|byte| format!("{byte:02x}")).collect();
            Some(format!("{}…", hex.concat()))
        }
    }
}

impl Database {
    /// What the rows tell of; those that are not understood are left out.
    pub(crate) fn understood<E, T>(&self, rows: Vec<Read<E>>) -> Vec<T>
    where
        E: EntityTrait,
        T: TryFrom<E::Model, Error = StoreError>,
    {
        let rows = rows.into_iter();
        rows.filter_map(|row| self.unless_skipped(row, T::try_from))
            .collect()
    }

    /// What is made of a row, unless it is not understood.
    pub(crate) fn unless_skipped<E: EntityTrait, T>(
        &self,
        row: Read<E>,
        make: impl FnOnce(E::Model) -> Result<T, StoreError>,
    ) -> Option<T> {
        let name = row.name().clone();
        self.skipped().unless(&name, row.then(make))
    }

    /// The first that a query finds, up to so many; it says in which order.
    /// Rows that are not understood take no one's place: what comes after them
    /// is read instead.
    pub(crate) async fn first<E, T>(
        &self,
        db: &impl ConnectionTrait,
        query: Select<E>,
        limit: u32,
    ) -> Result<Vec<T>, StoreError>
    where
        E: EntityTrait,
        T: TryFrom<E::Model, Error = StoreError>,
    {
        let limit = limit as usize;
        let (mut found, mut looked_at) = (Vec::new(), 0);
        loop {
            let part = query.clone().offset(looked_at).limit(limit as u64);
            let part = rows(db, part).await.map_err(failed)?;
            let is_last = part.len() < limit;
            looked_at += part.len() as u64;
            found.extend(self.understood::<E, T>(part));
            if is_last || found.len() >= limit {
                found.truncate(limit);
                return Ok(found);
            }
        }
    }
}
