//! Posts of channels that are read.

use rstest::rstest;
use sesame_domain::page::Page;
use sesame_domain::ports::{Accounts as _, Cursors as _, Posts as _, StoreError};
use sesame_domain::post::{
    ChannelPosts, KeptPosts, Post, PostId, PostOrigin, PostPart, PostQuery, PostScope, PostSource,
    SearchWords,
};
use sesame_domain::session::SessionClaim;
use sesame_domain::session::cursor::CursorAdvance;
use sesame_domain::session::peer::PeerId;
use sesame_store::Database;

use crate::backend::{Backend, Store};
use crate::channels::subscribed;
use crate::make::{at, linked, node, owner, tenant};

pub(crate) const CHANNEL: i64 = 1_234_567_890;

pub(crate) fn id(message: i32) -> PostId {
    PostId {
        channel: CHANNEL,
        message,
    }
}

/// With channels that someone wants: this one, and 5.
pub(crate) async fn with_channels(backend: Backend) -> Store {
    let store = backend.store().await;
    for (person, channel) in [(8, CHANNEL), (9, 5)] {
        subscribed(&store.db, person, channel).await;
    }
    store
}

pub(crate) fn part(message: i32, text: &str) -> PostPart {
    PostPart {
        message,
        album: None,
        at: at(i64::from(message)),
        edited_at: None,
        text: text.to_owned(),
        hashtags: Vec::new(),
        links: Vec::new(),
        source: PostSource::Own,
        action: None,
        has_media: false,
    }
}

pub(crate) fn edited(part: PostPart, seconds: i64) -> PostPart {
    PostPart {
        edited_at: Some(at(seconds)),
        ..part
    }
}

pub(crate) fn of_album(album: i64, message: i32, text: &str) -> PostPart {
    PostPart {
        album: Some(album),
        has_media: true,
        ..part(message, text)
    }
}

/// What was read of a channel.
pub(crate) fn of_channel(channel: i64, parts: Vec<PostPart>) -> ChannelPosts {
    ChannelPosts {
        tenant: tenant(),
        channel,
        parts,
        deleted: Vec::new(),
        at: at(1_000),
        advance: None,
    }
}

pub(crate) fn read(parts: Vec<PostPart>) -> ChannelPosts {
    of_channel(CHANNEL, parts)
}

/// All of a channel.
pub(crate) fn scope(channel: i64) -> PostScope {
    PostScope {
        channel,
        from: None,
        until: None,
        forwards: true,
        service_messages: true,
        shortest: 0,
    }
}

pub(crate) fn query(channels: &[i64], words: Option<&str>) -> PostQuery {
    PostQuery {
        channels: channels.iter().copied().map(scope).collect(),
        words: words.map(|it| SearchWords::of(it).unwrap()),
    }
}

/// The numbers of the posts that are wanted.
pub(crate) async fn listed(db: &Database, query: &PostQuery) -> Vec<PostId> {
    let (posts, tenant) = (db.posts(), tenant());
    let found = posts.list(&tenant, query, Page::first(50)).await.unwrap();
    assert_eq!((found.next, found.broken), (None, Vec::new()));
    found.rows.iter().map(|post| post.id).collect()
}

pub(crate) fn gone(deleted: &[i32]) -> ChannelPosts {
    ChannelPosts {
        deleted: deleted.to_vec(),
        ..read(Vec::new())
    }
}

pub(crate) async fn keep(db: &Database, posts: &ChannelPosts) -> KeptPosts {
    db.posts().keep(posts).await.unwrap()
}

async fn post(db: &Database, message: i32) -> Post {
    let found = db.posts().find(&tenant(), id(message)).await;
    found.unwrap().unwrap()
}

/// The numbers of a channel's posts, a page at a time.
async fn pages(db: &Database, limit: u32) -> Vec<Vec<i32>> {
    let (posts, tenant) = (db.posts(), tenant());
    let (mut pages, mut page) = (Vec::new(), Page::first(limit));
    loop {
        let found = posts.list(&tenant, &query(&[CHANNEL], None), page).await;
        let found = found.unwrap();
        assert_eq!(found.broken, []);
        pages.push(found.rows.iter().map(|post| post.id.message).collect());
        match found.next {
            Some(next) => page.after = Some(next),
            None => return pages,
        }
    }
}

pub(crate) async fn found(db: &Database, words: &str) -> Vec<PostId> {
    listed(db, &query(&[CHANNEL], Some(words))).await
}

#[rstest]
#[tokio::test]
async fn a_post_is_kept_once_and_changed_only_by_what_is_not_older(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = with_channels(backend).await;
    let db = &store.db;
    let origin = PostOrigin {
        from: PeerId::Channel(7),
        message: Some(3),
    };
    let first = PostPart {
        hashtags: vec!["море".into(), "Sea".into()],
        links: vec!["https://example.org/?q='".into()],
        source: PostSource::Forwarded(origin),
        has_media: true,
        ..part(1, "the first one")
    };
    let of_nobody = PostPart {
        source: PostSource::Unnamed,
        action: Some("messageActionPinMessage".into()),
        ..part(2, "")
    };
    let page = read(vec![of_nobody.clone(), first.clone()]);
    assert_eq!(keep(db, &page).await.new, [id(1), id(2)]);
    // Read again, by whomever, nothing happens.
    assert_eq!(keep(db, &page).await, KeptPosts::default());
    let kept = post(db, 1).await;
    assert_eq!((kept.revision, kept.deleted_at), (1, None));
    assert_eq!(kept.content.text, "the first one");
    assert_eq!(kept.content.hashtags, first.hashtags);
    assert_eq!(kept.content.links, first.links);
    assert_eq!(kept.content.source, PostSource::Forwarded(origin));
    assert_eq!(post(db, 2).await.content.source, PostSource::Unnamed);
    assert_eq!(post(db, 2).await.content.action, of_nobody.action);

    let anew = edited(
        PostPart {
            text: "said anew".into(),
            ..first.clone()
        },
        60,
    );
    assert_eq!(keep(db, &read(vec![anew.clone()])).await.changed, [id(1)]);
    // An older one comes late.
    assert_eq!(keep(db, &page).await, KeptPosts::default());
    let kept = post(db, 1).await;
    assert_eq!((&*kept.content.text, kept.revision), ("said anew", 2));
    // What changes nothing that it says is kept, and nothing to tag anew.
    let silent = edited(
        PostPart {
            has_media: false,
            ..anew
        },
        70,
    );
    assert_eq!(keep(db, &read(vec![silent])).await, KeptPosts::default());
    let kept = post(db, 1).await;
    assert_eq!((kept.content.has_media, kept.revision), (false, 2));
    assert_eq!(kept.content.edited_at, Some(at(70)));
}

#[rstest]
#[tokio::test]
async fn what_is_deleted_is_marked_once_and_what_comes_back_is_there_again(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = with_channels(backend).await;
    let db = &store.db;
    keep(db, &read(vec![part(1, "one"), part(2, "two")])).await;
    assert_eq!(keep(db, &gone(&[2, 99])).await.deleted, [id(2)]);
    assert_eq!(keep(db, &gone(&[2])).await, KeptPosts::default());
    let kept = post(db, 2).await;
    assert_eq!(
        (kept.deleted_at, &*kept.content.text),
        (Some(at(1_000)), "two")
    );
    assert_eq!(post(db, 1).await.deleted_at, None);
    // What came and went meanwhile was never there.
    let both = ChannelPosts {
        deleted: vec![5],
        ..read(vec![part(5, "five")])
    };
    assert_eq!(keep(db, &both).await, KeptPosts::default());
    assert_eq!(pages(db, 10).await, [[2, 1]]);
    // It may be kept again, which it might not for a while.
    assert_eq!(keep(db, &read(vec![part(2, "two")])).await.changed, [id(2)]);
    assert_eq!(post(db, 2).await.deleted_at, None);
}

#[rstest]
#[tokio::test]
async fn an_album_is_one_post_also_when_a_part_of_it_comes_late(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = with_channels(backend).await;
    let db = &store.db;
    let (b, c) = (of_album(9, 12, "b"), of_album(9, 13, ""));
    let kept = keep(db, &read(vec![c.clone(), b.clone(), part(14, "alone")])).await;
    assert_eq!(kept.new, [id(14), id(12)]);
    let a = of_album(9, 11, "a");
    let late = edited(of_album(9, 16, "d"), 90);
    assert_eq!(keep(db, &read(vec![late, a])).await.changed, [id(12)]);
    let kept = post(db, 12).await;
    assert_eq!(
        (kept.content.messages, &*kept.content.text),
        (4, "a\n\nb\n\nd")
    );
    assert_eq!(keep(db, &read(vec![b, c])).await, KeptPosts::default());
    // An older message of it changes nothing either.
    let older = read(vec![of_album(9, 16, "as it was")]);
    assert_eq!(keep(db, &older).await, KeptPosts::default());

    // The one that was edited goes: what it says is older than what it said.
    assert_eq!(keep(db, &gone(&[16])).await.changed, [id(12)]);
    let kept = post(db, 12).await;
    assert_eq!(
        (kept.content.edited_at, &*kept.content.text),
        (None, "a\n\nb")
    );
    assert_eq!(keep(db, &gone(&[11, 12])).await.changed, [id(12)]);
    assert_eq!(keep(db, &gone(&[13])).await.deleted, [id(12)]);
    assert_eq!(post(db, 12).await.deleted_at, Some(at(1_000)));
    assert_eq!(post(db, 14).await.deleted_at, None);
    let back = read(vec![of_album(9, 13, "back")]);
    assert_eq!(keep(db, &back).await.changed, [id(12)]);
    assert_eq!(&*post(db, 12).await.content.text, "back");
    assert_eq!(pages(db, 10).await, [[14, 12]]);
}

async fn claimed(db: &Database) -> SessionClaim {
    let account = linked(db, &owner(1), 0).await;
    let session = account.session;
    let claimed = db.accounts().claim_session(session, &node()).await.unwrap();
    SessionClaim {
        session,
        fence: claimed.fence,
    }
}

async fn cursor(db: &Database, claim: SessionClaim) -> Option<i32> {
    let cursors = db.cursors().of(claim.session).await.unwrap();
    cursors.channels.get(&CHANNEL).copied()
}

#[rstest]
#[tokio::test]
async fn posts_and_the_cursor_that_stands_for_them_are_kept_together_or_not_at_all(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = with_channels(backend).await;
    let db = &store.db;
    let claim = claimed(db).await;
    let moved = |claim, message: i32| ChannelPosts {
        advance: Some(CursorAdvance::of_channel(claim, CHANNEL, message)),
        ..read(vec![part(message, "news")])
    };
    keep(db, &moved(claim, 5)).await;
    assert_eq!(cursor(db, claim).await, Some(5));
    // Another node goes on with the session.
    let next = db.accounts().claim_session(claim.session, &node()).await;
    let next = SessionClaim {
        fence: next.unwrap().fence,
        ..claim
    };
    let refused = db.posts().keep(&moved(claim, 6)).await;
    assert!(
        matches!(refused, Err(StoreError::Fenced { .. })),
        "{refused:?}"
    );
    assert_eq!(
        (cursor(db, next).await, pages(db, 9).await),
        (Some(5), vec![vec![5]])
    );
    keep(db, &moved(next, 6)).await;
    assert_eq!(
        (cursor(db, next).await, pages(db, 9).await),
        (Some(6), vec![vec![6, 5]])
    );
}

#[rstest]
#[tokio::test]
async fn two_that_read_the_same_at_the_same_time_keep_it_once(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = with_channels(backend).await;
    let db = &store.db;
    let page = |begin: i32| {
        let parts = (begin..begin + 20).map(|number| match number % 4 {
            0 => part(number, "alone"),
            _ => of_album(i64::from(number / 4), number, &format!("part {number}")),
        });
        read(parts.collect())
    };
    let readers = (0..4).map(|_| async {
        let mut new = 0;
        for begin in [1, 11, 21] {
            new += keep(db, &page(begin)).await.new.len();
        }
        new
    });
    let new: usize = futures::future::join_all(readers).await.into_iter().sum();
    let all: Vec<i32> = pages(db, 100).await.concat();
    assert_eq!(new, all.len());
    // Every fourth is alone, and the three behind it are one post.
    assert_eq!(all.len(), 20);
    for number in all {
        let expected = if number % 4 == 0 { 1 } else { 3 };
        assert_eq!(
            post(db, number).await.content.messages,
            expected,
            "{number}"
        );
    }
}

#[rstest]
#[tokio::test]
async fn pages_have_every_post_once(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = with_channels(backend).await;
    let db = &store.db;
    let parts: Vec<_> = (1..=7).map(|number| part(number, "herring")).collect();
    let album = [of_album(8, 8, "herring"), of_album(8, 9, "herring")];
    keep(db, &read(parts.into_iter().chain(album).collect())).await;
    let other = ChannelPosts {
        channel: 5,
        ..read(vec![part(1, "elsewhere")])
    };
    keep(db, &other).await;
    assert_eq!(pages(db, 4).await, [[8, 7, 6, 5], [4, 3, 2, 1]]);
    assert_eq!(pages(db, 8).await, [[8, 7, 6, 5, 4, 3, 2, 1]]);
    let posts = db.posts();
    let newest = async |channel| posts.newest(&tenant(), channel).await.unwrap();
    assert_eq!(newest(CHANNEL).await, Some(8));
    assert_eq!(newest(6).await, None);
    keep(db, &gone(&[3, 8])).await;
    let numbers = async |first, last| {
        let numbers = posts.numbers(&tenant(), CHANNEL, first, last).await;
        numbers.unwrap()
    };
    assert_eq!(numbers(2, 9).await, [2, 4, 5, 6, 7, 9]);
    assert_eq!(numbers(4, 5).await, [4, 5]);
}

/// What holds of posts beside such as this program does not understand.
pub(crate) async fn beside_the_future(store: &Store) {
    let db = &store.db;
    subscribed(db, 8, CHANNEL).await;
    let album = [of_album(9, 2, "a"), of_album(9, 3, "b")];
    let parts = [part(1, "herring"), part(4, "herring")].into_iter();
    keep(db, &read(parts.chain(album).collect())).await;
    store
        .future("UPDATE posts SET hashtags = '{\"in\": \"a map\"}' WHERE message = 1")
        .await;
    store
        .future("UPDATE post_parts SET part = '{}' WHERE message = 2")
        .await;
    assert!(db.posts().find(&tenant(), id(1)).await.is_err());
    let (posts, tenant) = (db.posts(), tenant());
    for (words, understood) in [(None, 2), (Some("herring"), 1)] {
        let query = query(&[CHANNEL], words);
        let found = posts.list(&tenant, &query, Page::first(9)).await.unwrap();
        assert_eq!((found.rows.len(), found.broken.len()), (understood, 1));
    }
    let changes = posts.changes(&tenant, &[CHANNEL], Page::first(9)).await;
    let changes = changes.unwrap();
    assert_eq!((changes.rows.len(), changes.broken.len()), (2, 1));
    // What is beside them is kept, and they stay as they are.
    let (one, four) = (part(1, "not this"), part(4, "this"));
    let b = edited(of_album(9, 3, "said anew"), 60);
    let kept = keep(db, &read(vec![one, four, of_album(9, 2, "not this"), b])).await;
    assert_eq!(kept.changed, [id(4)]);
    // An album is as it was until all of it is understood.
    assert_eq!(&*post(db, 2).await.content.text, "a\n\nb");
    assert_eq!(
        store
            .count("post_parts WHERE part LIKE '%said anew%'")
            .await,
        1
    );
    assert_eq!(store.count("posts WHERE text = 'herring'").await, 1);
    assert_eq!(store.count("post_parts WHERE part = '{}'").await, 1);
    assert_eq!(keep(db, &gone(&[1])).await.deleted, [id(1)]);
}
