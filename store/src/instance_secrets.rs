//! Secrets of the instance itself: implements [`InstanceSecrets`].

use async_trait::async_trait;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, EntityTrait};
use sesame_domain::ports::{InstanceSecrets, StoreError};
use sesame_domain::sealed::Sealed;

use crate::database::{Database, failed, in_table};
use crate::reading::{self, Read};
use crate::rows::instance_secret::{ActiveModel, Entity};

#[async_trait]
impl InstanceSecrets for Database {
    async fn secret(&self, name: &str) -> Result<Option<Sealed>, StoreError> {
        self.within(find(self.reads(), name))
            .await
            .map_err(in_table("instance_secrets"))
    }

    async fn put_secret(&self, name: &str, sealed: &Sealed) -> Result<Sealed, StoreError> {
        self.within(async {
            Entity::insert(ActiveModel::of(name, sealed))
                // Whatever it collides with: who was first has put it.
                .on_conflict(OnConflict::new().do_nothing().to_owned())
                .exec_without_returning(self.writes())
                .await
                .map_err(failed)?;
            // Secrets are never removed, so that it needs no transaction.
            let stored = find(self.writes(), name).await?;
            stored.ok_or(StoreError::inconsistent("a secret that was put is gone"))
        })
        .await
        .map_err(in_table("instance_secrets"))
    }
}

async fn find(db: &impl ConnectionTrait, name: &str) -> Result<Option<Sealed>, StoreError> {
    let query = Entity::find_by_id(name);
    let row = reading::row(db, query).await.map_err(failed)?;
    let row = row.map(Read::model).transpose()?;
    Ok(row.map(Sealed::from))
}
