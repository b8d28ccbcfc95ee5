//! Which posts are found, and in what order they changed.

use rstest::rstest;
use sesame_domain::ids::TenantId;
use sesame_domain::page::Page;
use sesame_domain::ports::{Channels as _, PostPlace, Posts as _};
use sesame_domain::post::{ChannelPosts, PostId, PostPart, PostQuery, PostScope, PostSource};

use crate::backend::Backend;
use crate::make::{at, owner, tenant};
use crate::posts::{
    CHANNEL, edited, found, gone, id, keep, listed, of_album, of_channel, part, query, read, scope,
    with_channels,
};

#[rstest]
#[tokio::test]
async fn posts_are_found_by_their_words_as_they_are_now(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = with_channels(backend).await;
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
    let both = query(&[CHANNEL, 5], Some("herring"));
    let posts = db.posts();
    let theirs = posts.list(&nobody, &both, Page::first(9));
    assert_eq!(theirs.await.unwrap().rows, []);
    // A page at a time, over several channels.
    let (mut seen, mut page) = (Vec::new(), Page::<PostPlace>::first(1));
    let tenant = tenant();
    loop {
        let found = posts.list(&tenant, &both, page).await.unwrap();
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
async fn only_what_is_wanted_of_a_channel_is_listed(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = with_channels(backend).await;
    let db = &store.db;
    let forwarded = PostPart {
        source: PostSource::Unnamed,
        ..part(3, "forwarded news")
    };
    let pinned = PostPart {
        action: Some("messageActionPinMessage".into()),
        ..part(4, "")
    };
    let parts = vec![part(1, "ыы"), part(2, "long enough"), forwarded, pinned];
    keep(db, &read(parts)).await;
    keep(db, &of_channel(5, vec![part(9, "elsewhere")])).await;
    let all = scope(CHANNEL);
    let scopes = [
        (all.clone(), vec![4, 3, 2, 1]),
        (
            PostScope {
                from: Some(at(2)),
                until: Some(at(4)),
                ..all.clone()
            },
            vec![3, 2],
        ),
        (
            PostScope {
                forwards: false,
                ..all.clone()
            },
            vec![4, 2, 1],
        ),
        (
            PostScope {
                service_messages: false,
                ..all.clone()
            },
            vec![3, 2, 1],
        ),
        (
            PostScope {
                shortest: 3,
                ..all.clone()
            },
            vec![4, 3, 2],
        ),
        (
            PostScope {
                shortest: 2,
                service_messages: false,
                ..all
            },
            vec![3, 2, 1],
        ),
    ];
    for (scope, expected) in scopes {
        let channels = vec![scope.clone()];
        let words = None;
        let found = listed(db, &PostQuery { channels, words }).await;
        let expected: Vec<PostId> = expected.into_iter().map(id).collect();
        assert_eq!(found, expected, "{scope:?}");
    }
    // Of each channel its own.
    let strict = PostScope {
        forwards: false,
        service_messages: false,
        shortest: 3,
        ..scope(CHANNEL)
    };
    let channels = vec![strict, scope(5)];
    let words = None;
    let found = listed(db, &PostQuery { channels, words }).await;
    let elsewhere = PostId {
        channel: 5,
        message: 9,
    };
    assert_eq!(found, [elsewhere, id(2)]);
    assert_eq!(listed(db, &query(&[], None)).await, []);
}

#[rstest]
#[tokio::test]
async fn changes_are_told_in_their_order_the_last_of_each_post(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = with_channels(backend).await;
    let db = &store.db;
    let posts = db.posts();
    let told = async |channels: &[i64], after: i64| {
        let after = Some(after);
        let page = Page { after, limit: 50 };
        let found = posts.changes(&tenant(), channels, page).await.unwrap();
        let told = found.rows.into_iter();
        told.map(|it| (it.change, it.post.id.message, it.post.deleted_at.is_some()))
            .collect::<Vec<_>>()
    };
    let last = async |channel: i64, person| {
        let found = db.channels().find(&owner(person), channel).await.unwrap();
        let channel = found.unwrap().channel;
        (channel.last_change, channel.posted_at)
    };
    assert_eq!(last(CHANNEL, 8).await, (0, None));
    keep(db, &read(vec![part(1, "one"), part(2, "two")])).await;
    keep(db, &of_channel(5, vec![part(3, "elsewhere")])).await;
    assert_eq!(last(CHANNEL, 8).await, (2, Some(at(2))));
    assert_eq!(last(5, 9).await, (3, Some(at(3))));
    keep(db, &read(vec![part(1, "one"), part(4, "four")])).await;
    keep(db, &read(vec![edited(part(1, "anew"), 60)])).await;
    keep(db, &gone(&[2])).await;
    // What is older than the newest does not make it older.
    keep(db, &read(vec![part(-1, "very old")])).await;
    assert_eq!(last(CHANNEL, 8).await, (7, Some(at(4))));
    let all = [
        (3, 3, false),
        (4, 4, false),
        (5, 1, false),
        (6, 2, true),
        (7, -1, false),
    ];
    assert_eq!(told(&[CHANNEL, 5], 0).await, all);
    assert_eq!(told(&[CHANNEL, 5], 4).await, all[2..]);
    assert_eq!(told(&[5], 0).await, all[..1]);
    assert_eq!(told(&[], 0).await, []);
    // Those who keep posts at the same time never share a number.
    let many = (10..30).map(|number| async move {
        let channel = if number % 2 == 0 { CHANNEL } else { 5 };
        keep(db, &of_channel(channel, vec![part(number, "many")])).await
    });
    futures::future::join_all(many).await;
    let numbers: Vec<i64> = told(&[CHANNEL, 5], 7).await.iter().map(|it| it.0).collect();
    assert_eq!(numbers, (8..28).collect::<Vec<i64>>());
}
