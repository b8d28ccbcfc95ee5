//! Keeping what was read of a channel.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set};
use sesame_domain::ports::{RowName, StoreError};
use sesame_domain::post::{ChannelPosts, KeptPosts, Post, PostContent, PostId, PostPart};

use super::changes::Changes;
use crate::cursors;
use crate::database::{Transaction, failed};
use crate::rows::post::{ActiveModel, Column, Entity, Model, of_channel};
use crate::rows::{channel, post_part, stored};
use crate::skipped::Skipped;

/// How many rows are named in one statement.
const AT_ONCE: usize = 500;

/// Keeps what was read, and moves the cursor. Rows that are not understood stay as they
/// are.
pub(super) async fn keep(
    tx: &Transaction,
    skipped: &Skipped,
    posts: &ChannelPosts,
) -> Result<KeptPosts, StoreError> {
    if let Some(advance) = &posts.advance {
        cursors::advance(tx, advance).await?;
    }
    let changes = Changes::lock(tx, &posts.tenant).await?;
    is_wanted(tx, posts).await?;
    let mut keeping = Keeping {
        tx,
        skipped,
        posts,
        changes,
        kept: KeptPosts::default(),
    };
    let deleted: BTreeSet<i32> = posts.deleted.iter().copied().collect();
    // By number, and of what was read twice the later one.
    let (mut single, mut albums) = (BTreeMap::new(), BTreeMap::<i64, BTreeMap<_, _>>::new());
    for part in &posts.parts {
        if deleted.contains(&part.message) {
            continue;
        }
        match part.album {
            Some(album) => {
                let parts = albums.entry(album).or_default();
                parts.insert(part.message, part);
            }
            None => {
                single.insert(part.message, part);
            }
        }
    }
    keeping.single(&single, &deleted).await?;
    for (album, parts) in albums {
        keeping.album(album, &parts).await?;
    }
    keeping.gone_of_albums(&deleted).await?;
    keeping.note().await?;
    Ok(keeping.kept)
}

/// The channel, if someone wants it; it stays until the transaction is over.
async fn is_wanted(tx: &Transaction, posts: &ChannelPosts) -> Result<(), StoreError> {
    let row = channel::Entity::find()
        .filter(channel::this_one(&posts.tenant, posts.channel))
        .select_only()
        .column(channel::Column::Channel)
        .lock_exclusive()
        .into_tuple::<i64>()
        .one(tx);
    let row = row.await.map_err(failed)?;
    let missing = || StoreError::not_found("channels", posts.channel);
    row.map(drop).ok_or_else(missing)
}

/// Whether a message is as it was before the last change that is known. One that was
/// gone came back with whatever it says.
fn is_older(part: &PostPart, row: &Model) -> bool {
    row.deleted_at.is_none() && part.edited_at.map(stored) < row.edited_at
}

/// A message of an album that is there.
struct Known {
    message: i32,
    is_gone: bool,
    /// `None`: this program does not understand it.
    part: Option<PostPart>,
}

/// What an album says.
enum Album {
    /// This.
    Says(PostContent),
    /// Nothing: all of its messages are gone.
    Gone,
    /// One of its messages is not understood: what was put together of them stays.
    Strange,
}

struct Keeping<'a> {
    tx: &'a Transaction,
    skipped: &'a Skipped,
    posts: &'a ChannelPosts,
    changes: Changes,
    kept: KeptPosts,
}

impl Keeping<'_> {
    fn id(&self, message: i32) -> PostId {
        PostId {
            channel: self.posts.channel,
            message,
        }
    }

    /// The row of a post that is new.
    fn new_row(
        &mut self,
        message: i32,
        album: Option<i64>,
        content: &PostContent,
    ) -> Result<ActiveModel, StoreError> {
        let id = self.id(message);
        self.kept.new.push(id);
        Ok(ActiveModel {
            change_number: Set(self.changes.next()),
            ..ActiveModel::new(&self.posts.tenant, id, album, content)?
        })
    }

    /// Notes what changed of the channel last, and when its newest post was sent.
    async fn note(&self) -> Result<(), StoreError> {
        use channel::Column as Channel;
        let Some(last) = self.changes.keep(self.tx, &self.posts.tenant).await? else {
            return Ok(());
        };
        let mut noted = channel::Entity::update_many()
            .col_expr(Channel::LastChange, Expr::val(last))
            .filter(channel::this_one(&self.posts.tenant, self.posts.channel));
        let newest = self.posts.parts.iter().map(|part| stored(part.at)).max();
        if let Some(newest) = newest {
            let later = Expr::case(Channel::PostedAt.gt(newest), Expr::col(Channel::PostedAt));
            noted = noted.col_expr(Channel::PostedAt, later.finally(Expr::val(newest)).into());
        }
        noted.exec(self.tx).await.map_err(failed)?;
        Ok(())
    }

    /// Messages that are posts of their own, and posts that are gone.
    async fn single(
        &mut self,
        parts: &BTreeMap<i32, &PostPart>,
        deleted: &BTreeSet<i32>,
    ) -> Result<(), StoreError> {
        let numbers: Vec<i32> = parts.keys().chain(deleted).copied().collect();
        let mut there: HashMap<i32, Model> = HashMap::new();
        for numbers in numbers.chunks(AT_ONCE) {
            let found = Entity::find()
                .filter(of_channel(&self.posts.tenant, self.posts.channel))
                .filter(Column::Message.is_in(numbers.iter().copied()))
                .filter(Column::Album.is_null())
                .all(self.tx);
            let found = found.await.map_err(failed)?;
            there.extend(found.into_iter().map(|row| (row.message, row)));
        }
        let mut new = Vec::new();
        for (message, part) in parts {
            let Some(content) = PostContent::of(vec![(*part).clone()]) else {
                continue;
            };
            match there.remove(message) {
                Some(row) if is_older(part, &row) => {}
                Some(row) => self.change(row, Some(content)).await?,
                None => {
                    let row = self.new_row(*message, None, &content)?;
                    new.push(row);
                }
            }
        }
        for rows in new.chunks(AT_ONCE) {
            let inserted = Entity::insert_many(rows.to_vec()).exec_without_returning(self.tx);
            inserted.await.map_err(failed)?;
        }
        for message in deleted {
            if let Some(row) = there.remove(message) {
                self.change(row, None).await?;
            }
        }
        Ok(())
    }

    /// Messages of an album, which is perhaps there already, with others.
    async fn album(
        &mut self,
        album: i64,
        parts: &BTreeMap<i32, &PostPart>,
    ) -> Result<(), StoreError> {
        let there = Entity::find()
            .filter(of_channel(&self.posts.tenant, self.posts.channel))
            .filter(Column::Album.eq(album))
            .one(self.tx);
        let there = there.await.map_err(failed)?;
        let first = parts.keys().next().copied();
        let Some(post) = there.as_ref().map(|row| row.message).or(first) else {
            return Ok(());
        };
        let known = self.parts_of(post).await?;
        let newer = parts.values().filter(|part| {
            let known = known.iter().find(|it| it.message == part.message);
            known.is_none_or(|known| match &known.part {
                Some(it) => known.is_gone || it.edited_at <= part.edited_at,
                None => false,
            })
        });
        let rows = newer.map(|part| {
            post_part::ActiveModel::of(&self.posts.tenant, self.posts.channel, post, part)
        });
        let rows = rows.collect::<Result<Vec<_>, _>>()?;
        self.put_parts(rows).await?;
        match (there, self.album_of(post).await?) {
            (_, Album::Strange) | (None, Album::Gone) => Ok(()),
            (Some(row), Album::Gone) => self.change(row, None).await,
            (Some(row), Album::Says(content)) => self.change(row, Some(content)).await,
            (None, Album::Says(content)) => {
                let row = self.new_row(post, Some(album), &content)?;
                let inserted = Entity::insert(row).exec_without_returning(self.tx);
                inserted.await.map_err(failed)?;
                Ok(())
            }
        }
    }

    /// Messages of albums that are gone.
    async fn gone_of_albums(&mut self, deleted: &BTreeSet<i32>) -> Result<(), StoreError> {
        use post_part::Column as Part;
        let deleted: Vec<i32> = deleted.iter().copied().collect();
        let mut touched = HashSet::new();
        for numbers in deleted.chunks(AT_ONCE) {
            let of_them = post_part::of_channel(&self.posts.tenant, self.posts.channel)
                .add(Part::Message.is_in(numbers.iter().copied()))
                .add(Part::IsGone.eq(false));
            let found = post_part::Entity::find().filter(of_them.clone());
            let found = found.all(self.tx).await.map_err(failed)?;
            if found.is_empty() {
                continue;
            }
            touched.extend(found.into_iter().map(|row| row.post));
            let gone = post_part::Entity::update_many()
                .set(post_part::ActiveModel {
                    is_gone: Set(true),
                    ..Default::default()
                })
                .filter(of_them);
            gone.exec(self.tx).await.map_err(failed)?;
        }
        let mut touched: Vec<i32> = touched.into_iter().collect();
        touched.sort_unstable();
        for post in touched {
            let row = Entity::find()
                .filter(of_channel(&self.posts.tenant, self.posts.channel))
                .filter(Column::Message.eq(post))
                .one(self.tx);
            if let Some(row) = row.await.map_err(failed)? {
                match self.album_of(post).await? {
                    Album::Says(content) => self.change(row, Some(content)).await?,
                    Album::Gone => self.change(row, None).await?,
                    Album::Strange => {}
                }
            }
        }
        Ok(())
    }

    /// Puts into a post what it says now; `None`: nothing any more.
    async fn change(&mut self, row: Model, content: Option<PostContent>) -> Result<(), StoreError> {
        let (number, id, was_deleted) = (row.number, row.id(), row.deleted_at.is_some());
        let Some(content) = content else {
            if !was_deleted {
                let gone = ActiveModel {
                    deleted_at: Set(Some(stored(self.posts.at))),
                    change_number: Set(self.changes.next()),
                    ..Default::default()
                };
                self.update(number, gone).await?;
                self.kept.deleted.push(id);
            }
            return Ok(());
        };
        let revision = row.revision;
        let name = RowName::new("posts", format!("number {number}"));
        let Some(before) = self.skipped.unless(&name, Post::try_from(row)) else {
            return Ok(());
        };
        let content = PostContent {
            at: stored(content.at),
            edited_at: content.edited_at.map(stored),
            ..content
        };
        if !was_deleted && content == before.content {
            return Ok(());
        }
        let says_more = was_deleted || !content.says_the_same_as(&before.content);
        let now = ActiveModel {
            deleted_at: Set(None),
            change_number: Set(self.changes.next()),
            revision: Set(if says_more {
                revision.saturating_add(1)
            } else {
                revision
            }),
            ..ActiveModel::saying(&content)?
        };
        self.update(number, now).await?;
        if says_more {
            self.kept.changed.push(id);
        }
        Ok(())
    }

    async fn update(&self, number: i64, now: ActiveModel) -> Result<(), StoreError> {
        let update = Entity::update_many()
            .set(now)
            .filter(Column::Number.eq(number));
        update.exec(self.tx).await.map_err(failed)?;
        Ok(())
    }

    async fn put_parts(&self, rows: Vec<post_part::ActiveModel>) -> Result<(), StoreError> {
        use post_part::Column as Part;
        if rows.is_empty() {
            return Ok(());
        }
        let put = post_part::Entity::insert_many(rows).on_conflict(
            OnConflict::columns([Part::Tenant, Part::Channel, Part::Message])
                .update_columns([Part::IsGone, Part::Part])
                .to_owned(),
        );
        put.exec_without_returning(self.tx).await.map_err(failed)?;
        Ok(())
    }

    /// The messages of an album.
    async fn parts_of(&self, post: i32) -> Result<Vec<Known>, StoreError> {
        use post_part::Column as Part;
        let found = post_part::Entity::find()
            .filter(post_part::of_channel(
                &self.posts.tenant,
                self.posts.channel,
            ))
            .filter(Part::Post.eq(post))
            .all(self.tx);
        let found = found.await.map_err(failed)?.into_iter();
        let known = found.map(|row| {
            let name = format!("channel {}, message {}", row.channel, row.message);
            let name = RowName::new("post_parts", name);
            Known {
                message: row.message,
                is_gone: row.is_gone,
                part: self.skipped.unless(&name, PostPart::try_from(row)),
            }
        });
        Ok(known.collect())
    }

    async fn album_of(&self, post: i32) -> Result<Album, StoreError> {
        let parts = self.parts_of(post).await?.into_iter();
        let there = parts.filter(|known| !known.is_gone);
        let there: Option<Vec<_>> = there.map(|known| known.part).collect();
        Ok(match there.map(PostContent::of) {
            Some(Some(content)) => Album::Says(content),
            Some(None) => Album::Gone,
            None => Album::Strange,
        })
    }
}
