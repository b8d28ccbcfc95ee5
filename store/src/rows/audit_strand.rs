//! The table `audit_strands`.

use sea_orm::Set;
use sea_orm::entity::prelude::*;
use sesame_domain::audit::{Link, Strand, StrandHead, StrandNo};
use sesame_domain::ids::TenantId;
use sesame_domain::ports::StoreError;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_strands")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub strand: i16,
    /// The number and link of the newest entry.
    pub head_seq: i64,
    pub head_link: Vec<u8>,
    /// Up to here the entries are gone, or not in the chain.
    pub base_seq: i64,
    pub base_link: Vec<u8>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for Strand {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let strand = strand(row.strand)?;
        Ok(Self {
            head: StrandHead {
                strand,
                seq: row.head_seq,
                link: link(row.head_link)?,
            },
            base: StrandHead {
                strand,
                seq: row.base_seq,
                link: link(row.base_link)?,
            },
        })
    }
}

impl ActiveModel {
    /// A strand without entries.
    pub(crate) fn empty(tenant: &TenantId, strand: StrandNo) -> Result<Self, StoreError> {
        Ok(Self {
            tenant: Set(tenant.to_string()),
            strand: Set(column(strand)?),
            head_seq: Set(0),
            head_link: Set(Link::FIRST.0.to_vec()),
            base_seq: Set(0),
            base_link: Set(Link::FIRST.0.to_vec()),
        })
    }
}

/// The number of a strand, as a column has it.
pub(crate) fn column(strand: StrandNo) -> Result<i16, StoreError> {
    i16::try_from(strand.0).map_err(|_| StoreError::inconsistent("the number of a strand"))
}

pub(super) fn strand(column: i16) -> Result<StrandNo, StoreError> {
    let number = u16::try_from(column);
    number
        .map(StrandNo)
        .map_err(|_| StoreError::inconsistent("the number of a strand"))
}

pub(super) fn link(column: Vec<u8>) -> Result<Link, StoreError> {
    let bytes = column.try_into();
    bytes
        .map(Link)
        .map_err(|_| StoreError::inconsistent("a link of the audit"))
}
