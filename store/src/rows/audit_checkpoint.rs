//! The table `audit_checkpoints`.

use sea_orm::Set;
use sea_orm::entity::prelude::*;
use sesame_domain::audit::{Checkpoint, Link, StrandHead, StrandNo};
use sesame_domain::ports::StoreError;

use super::parts::{owner, stored};

/// A head in the column `heads`: strand, number and link.
const HEAD: usize = 2 + 8 + 32;

const BAD_HEADS: StoreError = StoreError::inconsistent("the heads of a checkpoint");
const BAD_CODE: StoreError = StoreError::inconsistent("the code of a checkpoint");

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_checkpoints")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    pub at: DateTimeUtc,
    pub heads: Vec<u8>,
    pub previous: Vec<u8>,
    pub mac: Vec<u8>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for Checkpoint {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            tenant: owner(row.tenant, 0)?.tenant,
            number: row.number,
            at: row.at,
            heads: unpacked(&row.heads)?,
            previous: row.previous.try_into().map_err(|_| BAD_CODE)?,
            mac: row.mac.try_into().map_err(|_| BAD_CODE)?,
        })
    }
}

impl ActiveModel {
    /// Every column of a checkpoint.
    pub(crate) fn of(checkpoint: &Checkpoint) -> Self {
        Self {
            tenant: Set(checkpoint.tenant.to_string()),
            number: Set(checkpoint.number),
            at: Set(stored(checkpoint.at)),
            heads: Set(packed(&checkpoint.heads)),
            previous: Set(checkpoint.previous.to_vec()),
            mac: Set(checkpoint.mac.to_vec()),
        }
    }
}

fn packed(heads: &[StrandHead]) -> Vec<u8> {
    let mut packed = Vec::with_capacity(heads.len() * HEAD);
    for head in heads {
        packed.extend_from_slice(&head.strand.0.to_be_bytes());
        packed.extend_from_slice(&head.seq.to_be_bytes());
        packed.extend_from_slice(&head.link.0);
    }
    packed
}

fn unpacked(packed: &[u8]) -> Result<Vec<StrandHead>, StoreError> {
    let (heads, rest) = packed.as_chunks::<HEAD>();
    if !rest.is_empty() {
        return Err(BAD_HEADS);
    }
    heads.iter().map(head_of).collect()
}

fn head_of(packed: &[u8; HEAD]) -> Result<StrandHead, StoreError> {
    let (strand, rest) = packed.split_first_chunk().ok_or(BAD_HEADS)?;
    let (seq, link) = rest.split_first_chunk().ok_or(BAD_HEADS)?;
    Ok(StrandHead {
        strand: StrandNo(u16::from_be_bytes(*strand)),
        seq: i64::from_be_bytes(*seq),
        link: Link(link.try_into().map_err(|_| BAD_HEADS)?),
    })
}
