//! Secrets of the instance itself: implements [`InstanceSecrets`].

use async_trait::async_trait;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, EntityTrait};
use sesame_domain::ports::{InstanceSecrets, StoreError};
use sesame_domain::sealed::Sealed;

use crate::database::{failed, in_table};
use crate::handles::SecretRows;
use crate::reading::{self, Read};
use crate::rows::instance_secret::{ActiveModel, Entity};

#[async_trait]
impl InstanceSecrets for SecretRows {
    async fn find(&self, name: &str) -> Result<Option<Sealed>, StoreError> {
        let db = &self.0;
        db.within(find(db.reads(), name))
            .await
            .map_err(in_table("instance_secrets"))
    }

    async fn put(&self, name: &str, sealed: &Sealed) -> Result<Sealed, StoreError> {
        let db = &self.0;
        db.within(async {
            Entity::insert(ActiveModel::of(name, sealed))
                // Whatever it collides with: who was first has put it.
                .on_conflict(OnConflict::new().do_nothing().to_owned())
                .exec_without_returning(db.writes())
                .await
                .map_err(failed)?;
            // Those that are put like this are never removed, so that it needs no
            // transaction; tokens of bots come and go with their tenants.
            let stored = find(db.writes(), name).await?;
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
