//! What each version of the wrapping key still wraps.

use std::collections::BTreeMap;

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};
use sesame_domain::keys::KeyUse;
use sesame_domain::ports::{RowName, StoreError};
use uuid::Uuid;

use crate::database::failed;
use crate::rows::session::NO_KEY;
use crate::rows::{export, instance_secret, login, session, session_peers, unpack};
use crate::skipped::Skipped;

/// What each version still wraps, by its name.
///
/// A token or hint of a format that is not known is left out: it lives for
/// minutes, and should its version be retired meanwhile, that can be undone.
pub(crate) async fn in_use(
    db: &impl ConnectionTrait,
    skipped: &Skipped,
) -> Result<Vec<KeyUse>, StoreError> {
    let mut uses = Uses::default();
    for (key_id, count) in sessions(db).await.map_err(failed)? {
        uses.of(key_id).sessions += whole(count)?;
    }
    for (key_id, count) in login_sessions(db).await.map_err(failed)? {
        uses.of(key_id).sessions += whole(count)?;
    }
    for (key_id, count) in secrets(db).await.map_err(failed)? {
        uses.of(key_id).secrets += whole(count)?;
    }
    for (key_id, count) in peers(db).await.map_err(failed)? {
        uses.of(key_id).peers += whole(count)?;
    }
    for (key_id, count) in exports(db).await.map_err(failed)? {
        uses.of(key_id).exports += whole(count)?;
    }
    for (login, packed) in passing(db).await.map_err(failed)? {
        let row = RowName::of("logins", login);
        let sealed = skipped.unless(&row, unpack(&packed));
        if let Some(sealed) = sealed {
            uses.of(sealed.key_id).passing += 1;
        }
    }
    Ok(uses.0.into_values().collect())
}

#[derive(Default)]
struct Uses(BTreeMap<String, KeyUse>);

impl Uses {
    fn of(&mut self, key_id: String) -> &mut KeyUse {
        self.0.entry(key_id.clone()).or_insert(KeyUse {
            key_id,
            sessions: 0,
            passing: 0,
            secrets: 0,
            peers: 0,
            exports: 0,
        })
    }
}

fn whole(count: i64) -> Result<u64, StoreError> {
    count
        .try_into()
        .map_err(|_| StoreError::inconsistent("a count of data keys"))
}

async fn sessions(db: &impl ConnectionTrait) -> Result<Vec<(String, i64)>, DbErr> {
    session::Entity::find()
        .select_only()
        .column(session::Column::KeyId)
        .column_as(session::Column::Id.count(), "count")
        .filter(session::Column::KeyId.ne(NO_KEY))
        .group_by(session::Column::KeyId)
        .into_tuple()
        .all(db)
        .await
}

async fn peers(db: &impl ConnectionTrait) -> Result<Vec<(String, i64)>, DbErr> {
    session_peers::Entity::find()
        .select_only()
        .column(session_peers::Column::KeyId)
        .column_as(session_peers::Column::Id.count(), "count")
        .group_by(session_peers::Column::KeyId)
        .into_tuple()
        .all(db)
        .await
}

async fn exports(db: &impl ConnectionTrait) -> Result<Vec<(String, i64)>, DbErr> {
    export::Entity::find()
        .select_only()
        .column(export::Column::KeyId)
        .column_as(export::Column::Id.count(), "count")
        .group_by(export::Column::KeyId)
        .into_tuple()
        .all(db)
        .await
}

async fn login_sessions(db: &impl ConnectionTrait) -> Result<Vec<(String, i64)>, DbErr> {
    login::Entity::find()
        .select_only()
        .column(login::Column::SessionKeyId)
        .column_as(login::Column::Id.count(), "count")
        .filter(login::Column::SessionKeyId.is_not_null())
        .group_by(login::Column::SessionKeyId)
        .into_tuple()
        .all(db)
        .await
}

async fn secrets(db: &impl ConnectionTrait) -> Result<Vec<(String, i64)>, DbErr> {
    instance_secret::Entity::find()
        .select_only()
        .column(instance_secret::Column::KeyId)
        .column_as(instance_secret::Column::Id.count(), "count")
        .group_by(instance_secret::Column::KeyId)
        .into_tuple()
        .all(db)
        .await
}

/// QR tokens and password hints, packed, and of which login. Only a login that
/// is not over has any.
async fn passing(db: &impl ConnectionTrait) -> Result<Vec<(Uuid, Vec<u8>)>, DbErr> {
    type Packed = Option<Vec<u8>>;
    let rows: Vec<(Uuid, Packed, Packed)> = login::Entity::find()
        .select_only()
        .column(login::Column::Id)
        .column(login::Column::QrToken)
        .column(login::Column::PasswordHint)
        .filter(login::Column::EndedAt.is_null())
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .flat_map(|(id, token, hint)| [token, hint].map(|packed| packed.map(|it| (id, it))))
        .flatten()
        .collect())
}
