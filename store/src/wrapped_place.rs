//! Where wrapped data keys are, as tables and columns.

use sesame_domain::ids::{ExportId, LoginId, Owner, SessionId};
use sesame_domain::ports::WrappedPlace;
use sesame_domain::sealed::{Binding, Purpose};
use uuid::Uuid;

/// The table and columns of one kind of place. Its rows have an `id`.
pub(crate) struct Columns {
    pub(crate) table: &'static str,
    pub(crate) key_id: &'static str,
    pub(crate) wrapped_key: &'static str,
    /// Whether a row names its owner (`tenant`, `person`).
    pub(crate) are_owned: bool,
}

/// The table and columns of a kind of place.
pub(crate) fn columns(place: WrappedPlace) -> Columns {
    match place {
        WrappedPlace::Session => Columns {
            table: "sessions",
            key_id: "key_id",
            wrapped_key: "wrapped_key",
            are_owned: true,
        },
        WrappedPlace::Peers => Columns {
            table: "session_peers",
            key_id: "key_id",
            wrapped_key: "wrapped_key",
            are_owned: true,
        },
        WrappedPlace::LoginSession => Columns {
            table: "logins",
            key_id: "session_key_id",
            wrapped_key: "session_wrapped_key",
            are_owned: true,
        },
        WrappedPlace::Export => Columns {
            table: "exports",
            key_id: "key_id",
            wrapped_key: "wrapped_key",
            are_owned: true,
        },
        WrappedPlace::Secret => Columns {
            table: "instance_secrets",
            key_id: "key_id",
            wrapped_key: "wrapped_key",
            are_owned: false,
        },
    }
}

/// To what the data key in a row is bound.
pub(crate) fn binding(place: WrappedPlace, owner: &Owner, id: Uuid) -> Binding {
    match place {
        WrappedPlace::Session => Binding::session(owner, SessionId::from(id)),
        WrappedPlace::Peers => Binding::peers(owner, SessionId::from(id)),
        WrappedPlace::LoginSession => {
            Binding::login(owner, LoginId::from(id), Purpose::LoginSession)
        }
        WrappedPlace::Export => Binding::export(owner, ExportId::from(id)),
        WrappedPlace::Secret => Binding::instance(Purpose::InstanceSecret, id),
    }
}
