//! Where sessions have read up to: implements [`Cursors`].

use async_trait::async_trait;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Set};
use sesame_domain::ids::SessionId;
use sesame_domain::ports::{Cursors, StoreError};
use sesame_domain::session::cursor::{CursorAdvance, SessionCursors};
use uuid::Uuid;

use crate::database::{Transaction, commit, failed, in_table};
use crate::handles::CursorRows;
use crate::rows::{channel_cursor, session_cursor};
use crate::session_parts::in_use;

/// How many channels are written in one statement.
const AT_ONCE: usize = 1_000;

#[async_trait]
impl Cursors for CursorRows {
    async fn of(&self, session: SessionId) -> Result<SessionCursors, StoreError> {
        let db = &self.0;
        db.within(read(db.reads(), session.as_uuid()))
            .await
            .map_err(in_table("session_cursors"))
    }

    async fn advance(&self, advance: &CursorAdvance) -> Result<(), StoreError> {
        let db = &self.0;
        if advance.is_empty() {
            return Ok(());
        }
        db.within(async {
            let tx = db.begin().await?;
            self::advance(&tx, advance).await?;
            commit(tx).await
        })
        .await
        .map_err(in_table("session_cursors"))
    }
}

async fn read(db: &impl ConnectionTrait, session: Uuid) -> Result<SessionCursors, StoreError> {
    let account = session_cursor::Entity::find_by_id(session)
        .one(db)
        .await
        .map_err(failed)?;
    let channels = channel_cursor::Entity::find()
        .filter(channel_cursor::Column::SessionId.eq(session))
        .all(db)
        .await
        .map_err(failed)?;
    Ok(SessionCursors {
        account: account.map(Into::into),
        channels: channels
            .into_iter()
            .map(|row| (row.channel, row.pts))
            .collect(),
    })
}

/// Moves cursors within the transaction that keeps what they stand for; see
/// [`Cursors::advance`].
pub(crate) async fn advance(tx: &Transaction, advance: &CursorAdvance) -> Result<(), StoreError> {
    in_use(tx, &advance.claim).await?;
    write(tx, advance).await
}

/// The same for a session that this transaction stored, which no one claimed
/// yet.
pub(crate) async fn write(tx: &Transaction, advance: &CursorAdvance) -> Result<(), StoreError> {
    use channel_cursor::Column as Channel;
    use session_cursor::Column as Account;
    let session = advance.claim.session.as_uuid();
    if let Some(cursor) = advance.account {
        session_cursor::Entity::insert(session_cursor::ActiveModel::of(session, cursor))
            .on_conflict(
                OnConflict::column(Account::SessionId)
                    .update_columns([Account::Pts, Account::Qts, Account::Date, Account::Seq])
                    .to_owned(),
            )
            .exec_without_returning(tx)
            .await
            .map_err(failed)?;
    }
    // By id: two that write the same channels never wait for each other.
    let rows: Vec<_> = advance
        .channels
        .iter()
        .map(|(channel, pts)| channel_cursor::ActiveModel {
            session_id: Set(session),
            channel: Set(*channel),
            pts: Set(*pts),
        })
        .collect();
    for chunk in rows.chunks(AT_ONCE) {
        channel_cursor::Entity::insert_many(chunk.to_vec())
            .on_conflict(
                OnConflict::columns([Channel::SessionId, Channel::Channel])
                    .update_column(Channel::Pts)
                    .to_owned(),
            )
            .exec_without_returning(tx)
            .await
            .map_err(failed)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use sesame_domain::ids::{Fence, NoticeId, Owner, PersonId};
    use sesame_domain::notice::{Notice, NoticeKind};
    use sesame_domain::ports::Outbox as _;
    use sesame_domain::random::SystemEntropy;
    use sesame_domain::sealed::Sealed;
    use sesame_domain::session::SessionClaim;
    use sesame_domain::time::Timestamp;

    use super::*;
    use crate::rows::session;
    use crate::{Database, DatabaseSettings};

    fn now() -> Timestamp {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap()
    }

    fn owner() -> Owner {
        Owner {
            tenant: "main".parse().unwrap(),
            person: PersonId(1),
        }
    }

    /// Something that is kept together with a cursor, as posts will be.
    fn notice() -> Notice {
        Notice {
            id: NoticeId::generate(&SystemEntropy, now()),
            owner: owner(),
            kind: NoticeKind::LoginExpired,
            created_at: now(),
            attempts: 0,
        }
    }

    async fn store_session(db: &Database) -> SessionClaim {
        let id = SessionId::generate(&SystemEntropy, now());
        let sealed = Sealed {
            key_id: "k1".to_owned(),
            wrapped_key: vec![1],
            ciphertext: vec![2],
        };
        let row = session::ActiveModel::in_use(id, &owner(), &sealed, now());
        session::Entity::insert(row)
            .exec_without_returning(db.writes())
            .await
            .unwrap();
        SessionClaim {
            session: id,
            fence: Fence(0),
        }
    }

    #[tokio::test]
    async fn a_cursor_is_written_with_what_it_stands_for_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let settings = DatabaseSettings::file(folder.path().join("sesame.db"));
        let db = Database::connect(&settings).await.unwrap();
        db.migrate().await.unwrap();
        let claim = store_session(&db).await;
        let there = CursorAdvance::of_channel(claim, 77, 5);
        // The transaction of someone who dies before its end.
        let tx = db.begin().await.unwrap();
        super::advance(&tx, &there).await.unwrap();
        crate::outbox::queue(&tx, Some(notice())).await.unwrap();
        drop(tx);
        assert!(db.cursors().of(claim.session).await.unwrap().is_empty());
        assert_eq!(
            db.outbox()
                .take(&"main".parse().unwrap(), now(), now(), 10)
                .await
                .unwrap(),
            []
        );
        // One whose claim is lost keeps nothing of what it brought.
        let late = SessionClaim {
            fence: Fence(-1),
            ..claim
        };
        let tx = db.begin().await.unwrap();
        crate::outbox::queue(&tx, Some(notice())).await.unwrap();
        let lost = super::advance(&tx, &CursorAdvance::of_channel(late, 77, 5)).await;
        assert!(matches!(lost, Err(StoreError::Fenced(_))), "{lost:?}");
        drop(tx);
        assert_eq!(
            db.outbox()
                .take(&"main".parse().unwrap(), now(), now(), 10)
                .await
                .unwrap(),
            []
        );
        // And both are there after the commit.
        let tx = db.begin().await.unwrap();
        super::advance(&tx, &there).await.unwrap();
        crate::outbox::queue(&tx, Some(notice())).await.unwrap();
        commit(tx).await.unwrap();
        assert_eq!(
            db.cursors().of(claim.session).await.unwrap().channels[&77],
            5
        );
        assert_eq!(
            db.outbox()
                .take(&"main".parse().unwrap(), now(), now(), 10)
                .await
                .unwrap()
                .len(),
            1
        );
    }
}
