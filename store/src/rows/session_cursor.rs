//! The table `session_cursors`.

use sea_orm::Set;
use sea_orm::entity::prelude::*;
use sesame_domain::session::cursor::AccountCursor;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session_cursors")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub session_id: Uuid,
    pub pts: i32,
    pub qts: i32,
    pub date: i32,
    pub seq: i32,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<Model> for AccountCursor {
    fn from(row: Model) -> Self {
        Self {
            pts: row.pts,
            qts: row.qts,
            date: row.date,
            seq: row.seq,
        }
    }
}

impl ActiveModel {
    /// Where a session's common sequence stands.
    pub(crate) fn of(session: Uuid, cursor: AccountCursor) -> Self {
        Self {
            session_id: Set(session),
            pts: Set(cursor.pts),
            qts: Set(cursor.qts),
            date: Set(cursor.date),
            seq: Set(cursor.seq),
        }
    }
}
