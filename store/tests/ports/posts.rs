//! Posts of channels that are read.

use rstest::rstest;
use sesame_domain::ids::TenantId;
use sesame_domain::page::Page;
use sesame_domain::ports::{Accounts as _, Cursors as _, PostPlace, Posts as _, StoreError};
use sesame_domain::post::{
    ChannelPosts, KeptPosts, Post, PostId, PostOrigin, PostPart, SearchWords,
};
use sesame_domain::session::SessionClaim;
use sesame_domain::session::cursor::CursorAdvance;
use sesame_domain::session::peer::PeerId;
use sesame_store::Database;

use crate::backend::{Backend, Store};
use crate::make::{at, linked, node, owner, tenant};

const CHANNEL: i64 = 1_234_567_890;

fn id(message: i32) -> PostId {
    PostId {
        channel: CHANNEL,
        message,
    }
}

fn part(message: i32, text: &str) -> PostPart {
    PostPart {
        message,
        album: None,
        at: at(i64::from(message)),
        edited_at: None,
        text: text.to_owned(),
        hashtags: Vec::new(),
        links: Vec::new(),
        forwarded: None,
        action: None,
        has_media: false,
    }
}

fn edited(part: PostPart, seconds: i64) -> PostPart {
    PostPart {
        edited_at: Some(at(seconds)),
        ..part
    }
}

fn of_album(album: i64, message: i32, text: &str) -> PostPart {
    PostPart {
        album: Some(album),
        has_media: true,
        ..part(message, text)
    }
}

fn read(parts: Vec<PostPart>) -> ChannelPosts {
    ChannelPosts {
        tenant: tenant(),
        channel: CHANNEL,
        parts,
        deleted: Vec::new(),
        at: at(1_000),
        advance: None,
    }
}

fn gone(deleted: &[i32]) -> ChannelPosts {
    ChannelPosts {
        deleted: deleted.to_vec(),
        ..read(Vec::new())
    }
}

async fn keep(db: &Database, posts: &ChannelPosts) -> KeptPosts {
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
        let found = posts.of_channel(&tenant, CHANNEL, page).await.unwrap();
        assert_eq!(found.broken, []);
        pages.push(found.rows.iter().map(|post| post.id.message).collect());
        match found.next {
            Some(next) => page.after = Some(next),
            None => return pages,
        }
    }
}

async fn found(db: &Database, words: &str) -> Vec<PostId> {
    let words = SearchWords::of(words).unwrap();
    let (posts, tenant) = (db.posts(), tenant());
    let found = posts.search(&tenant, &[CHANNEL], &words, Page::first(50));
    let found = found.await.unwrap();
    assert_eq!(found.next, None);
    found.rows.iter().map(|post| post.id).collect()
}

#[rstest]
#[tokio::test]
async fn a_post_is_kept_once_and_changed_only_by_what_is_not_older(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    let origin = PostOrigin {
        from: PeerId::Channel(7),
        message: Some(3),
    };
    let first = PostPart {
        hashtags: vec!["море".into(), "Sea".into()],
        links: vec!["https://example.org/?q='".into()],
        forwarded: Some(Some(origin)),
        has_media: true,
        ..part(1, "the first one")
    };
    let of_nobody = PostPart {
        forwarded: Some(None),
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
    assert_eq!(kept.content.forwarded, Some(Some(origin)));
    assert_eq!(post(db, 2).await.content.forwarded, Some(None));
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
    let store = backend.store().await;
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
    let store = backend.store().await;
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
    let store = backend.store().await;
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
    let store = backend.store().await;
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
async fn posts_are_found_by_their_words_as_they_are_now(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    let other = ChannelPosts {
        channel: 5,
        ..read(vec![part(1, "herring elsewhere")])
    };
    keep(db, &other).await;
    keep(
        db,
        &read(vec![
            part(1, "Fresh herring, 5G and ИИ"),
            part(2, "Свежая СЕЛЬДЬ; C++ in São Paulo"),
            part(3, "herrings' harbour: it's \"quoted\""),
            of_album(4, 4, "the herring"),
            of_album(4, 5, "of the album"),
        ]),
    )
    .await;
    for (words, expected) in [
        ("herring", vec![4, 3, 1]),
        ("HERRING fresh", vec![1]),
        ("5g", vec![1]),
        ("ии", vec![1]),
        ("сельдь свежая", vec![2]),
        ("С++ сель", vec![]),
        ("c++ são", vec![2]),
        ("paul", vec![2]),
        ("fresh harbour", vec![]),
        ("herring album", vec![4]),
        ("it's", vec![3]),
        ("\"quoted\" OR NOT * : & | ! ( NEAR", vec![]),
    ] {
        let expected: Vec<PostId> = expected.into_iter().map(id).collect();
        assert_eq!(found(db, words).await, expected, "{words}");
    }
    // As it is now, and no other.
    keep(db, &read(vec![edited(part(1, "Salmon"), 60)])).await;
    assert_eq!(found(db, "herring").await, [id(4), id(3)]);
    assert_eq!(found(db, "salmon").await, [id(1)]);
    let nobody: TenantId = "other".parse().unwrap();
    let words = SearchWords::of("herring").unwrap();
    let posts = db.posts();
    let theirs = posts.search(&nobody, &[CHANNEL, 5], &words, Page::first(9));
    assert_eq!(theirs.await.unwrap().rows, []);
    // A page at a time, over several channels.
    let (mut seen, mut page) = (Vec::new(), Page::<PostPlace>::first(1));
    let tenant = tenant();
    loop {
        let found = posts.search(&tenant, &[CHANNEL, 5], &words, page);
        let found = found.await.unwrap();
        seen.extend(found.rows.iter().map(|post| post.id));
        match found.next {
            Some(next) => page.after = Some(next),
            None => break,
        }
    }
    let elsewhere = PostId {
        channel: 5,
        message: 1,
    };
    assert_eq!(seen, [id(4), id(3), elsewhere]);
}

#[rstest]
#[tokio::test]
async fn pages_have_every_post_once_and_a_channel_is_removed_in_parts(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
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
    let remove = async || db.posts().remove(&tenant(), CHANNEL, 5).await.unwrap();
    assert!(remove().await);
    assert_eq!(pages(db, 9).await.concat().len(), 3);
    assert!(!remove().await);
    assert!(!remove().await);
    assert_eq!(pages(db, 9).await, [Vec::<i32>::new()]);
    assert_eq!(found(db, "herring").await, []);
    assert_eq!(left(&store, "posts").await, 1);
    assert_eq!(left(&store, "post_parts").await, 0);
}

/// How many rows a table had.
async fn left(store: &Store, table: &str) -> u64 {
    store.sql(&format!("DELETE FROM {table}")).await.unwrap()
}

/// What holds of posts beside such as this program does not understand.
pub(crate) async fn beside_the_future(store: &Store) {
    let db = &store.db;
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
    let page = posts.of_channel(&tenant, CHANNEL, Page::first(9)).await;
    let page = page.unwrap();
    assert_eq!((page.rows.len(), page.broken.len()), (2, 1));
    let words = SearchWords::of("herring").unwrap();
    let found = posts.search(&tenant, &[CHANNEL], &words, Page::first(9));
    let found = found.await.unwrap();
    assert_eq!((found.rows.len(), found.broken.len()), (1, 1));
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
