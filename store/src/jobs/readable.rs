//! Reading rows one by one, so that one that cannot be read stops no other.

use sea_orm::{DbErr, FromQueryResult, QueryResult};
use sesame_domain::page::BrokenRow;
use sesame_domain::ports::StoreError;
use sesame_domain::reason::Reason;
use uuid::Uuid;

use crate::database::failed;
use crate::rows::job::Model;

/// What a row says, or why it cannot be read.
pub(super) fn read<T>(row: &QueryResult) -> Result<T, BrokenRow>
where
    T: TryFrom<Model, Error = StoreError>,
{
    model(row)
        .and_then(T::try_from)
        .map_err(|error| broken(row, &error))
}

fn model(row: &QueryResult) -> Result<Model, StoreError> {
    Model::from_query_result(row, "").map_err(failed)
}

fn broken(row: &QueryResult, error: &StoreError) -> BrokenRow {
    let id: Result<Uuid, DbErr> = row.try_get("", "id");
    BrokenRow {
        id: id.map_or_else(|_| "?".to_owned(), |id| id.to_string()),
        what: format!("jobs: {}", Reason::of(error)),
    }
}
