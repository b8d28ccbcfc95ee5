//! What several tables have in common.

use chrono::SubsecRound;
use sesame_domain::ids::{Owner, PersonId, TenantId};
use sesame_domain::ports::StoreError;
use sesame_domain::sealed::Sealed;
use sesame_domain::time::Timestamp;

/// The moment as it comes back from the database: PostgreSQL keeps
/// microseconds, and `SQLite` shall not differ.
pub(crate) fn stored(moment: Timestamp) -> Timestamp {
    moment.trunc_subsecs(6)
}

/// The tenant named by a column.
pub(crate) fn tenant_id(name: String) -> Result<TenantId, StoreError> {
    name.try_into()
        .map_err(|_| StoreError::inconsistent("the name of a tenant"))
}

/// The owner named by two columns.
pub(crate) fn owner(tenant: String, person: i64) -> Result<Owner, StoreError> {
    Ok(Owner {
        tenant: tenant_id(tenant)?,
        person: PersonId(person),
    })
}

/// A column that must not be null here.
pub(super) fn needed<T>(column: Option<T>, what: &'static str) -> Result<T, StoreError> {
    column.ok_or(StoreError::inconsistent(what))
}

/// A sealed value for a single column.
pub(super) fn pack(sealed: &Sealed) -> Result<Vec<u8>, StoreError> {
    sealed
        .pack()
        .map_err(|_| StoreError::inconsistent("a sealed value that is too long"))
}

/// A sealed value out of a single column.
pub(crate) fn unpack(packed: &[u8]) -> Result<Sealed, StoreError> {
    Sealed::unpack(packed).map_err(|_| StoreError::inconsistent("a sealed value"))
}

/// A sealed value out of three columns, all of them null or none.
pub(super) fn whole(
    key_id: Option<String>,
    wrapped_key: Option<Vec<u8>>,
    ciphertext: Option<Vec<u8>>,
) -> Result<Option<Sealed>, StoreError> {
    match (key_id, wrapped_key, ciphertext) {
        (None, None, None) => Ok(None),
        (Some(key_id), Some(wrapped_key), Some(ciphertext)) => Ok(Some(Sealed {
            key_id,
            wrapped_key,
            ciphertext,
        })),
        _ => Err(StoreError::inconsistent("half of a sealed session")),
    }
}
