//! The table `sign_in_links`.

use sea_orm::Set;
use sea_orm::entity::prelude::*;
use sesame_domain::operator::{Digest, SignInLink};
use sesame_domain::ports::StoreError;

use super::parts::{owner, stored};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sign_in_links")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub digest: Vec<u8>,
    pub tenant: String,
    pub person: i64,
    pub name: String,
    pub issued_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
    pub browser: Option<Vec<u8>>,
    pub ended: Option<String>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for SignInLink {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id.into(),
            owner: owner(row.tenant, row.person)?,
            name: row.name,
            issued_at: row.issued_at,
            expires_at: row.expires_at,
        })
    }
}

impl Model {
    /// Which browser opened it first.
    pub(crate) fn opened_by(&self) -> Result<Option<Digest>, StoreError> {
        let browser = self.browser.as_deref().map(<[u8; 32]>::try_from);
        let wrong = |_| StoreError::inconsistent("the browser of a link");
        browser.transpose().map_err(wrong)
    }
}

impl ActiveModel {
    /// Every column of a link that no one opened yet.
    pub(crate) fn of(link: &SignInLink, digest: Digest) -> Self {
        Self {
            id: Set(link.id.as_uuid()),
            digest: Set(digest.to_vec()),
            tenant: Set(link.owner.tenant.to_string()),
            person: Set(link.owner.person.0),
            name: Set(link.name.clone()),
            issued_at: Set(stored(link.issued_at)),
            expires_at: Set(stored(link.expires_at)),
            browser: Set(None),
            ended: Set(None),
        }
    }
}
