//! The history of dialogs.

use sesame_domain::ports::ReadHistory as _;
use sesame_domain::reading::{
    Content, Entity, EntityKind, Forward, HistoryFrom, HistoryQuery, MediaKind, Message,
    MessageMedia, ReadError,
};
use sesame_domain::session::peer::PeerId;
use sesame_domain::time::Timestamp;
use sesame_sandbox::world::{
    Chat, ChatKind, ForwardedFrom, MediaKind as Kept, NewMedia, NewMessage, TextEntity, TextStyle,
};

use super::{Readers, history_of};

fn peer(readers: &Readers, chat: &Chat) -> PeerId {
    match chat.kind {
        ChatKind::Private => PeerId::User(readers.ben.id),
        ChatKind::Group => PeerId::Group(chat.id),
        ChatKind::Supergroup | ChatKind::Channel => PeerId::Channel(chat.id),
    }
}

/// Every page from there on.
async fn all(readers: &Readers, query: HistoryQuery) -> Vec<Message> {
    let mut query = query;
    let mut messages = Vec::new();
    loop {
        let page = readers.reader.history(&readers.account, &query).await;
        let page = page.unwrap();
        messages.extend(page.messages);
        match page.next {
            Some(next) => query.from = next,
            None => return messages,
        }
    }
}

fn texts(messages: &[Message]) -> Vec<&str> {
    messages.iter().map(|it| it.content.text()).collect()
}

#[tokio::test]
async fn what_was_said_before_a_moment_is_found_at_once() {
    let readers = Readers::new().await;
    let chat = readers.chat(ChatKind::Supergroup, "Chat");
    let second = |id: i64| 1_700_000_000 + 10 * id;
    for id in 1..=30 {
        let new = NewMessage {
            from: Some(readers.ben.id),
            date: Some(second(id)),
            text: format!("message {id}"),
            entities: Vec::new(),
            media: None,
            forward: None,
            album: None,
        };
        readers.say_this(&chat, new);
    }
    readers.meet_all().await;
    let last_before = async |seconds: i64| {
        let moment = Timestamp::from_timestamp(seconds, 0).unwrap();
        let query = HistoryQuery {
            limit: 1,
            ..history_of(peer(&readers, &chat), HistoryFrom::Until(moment))
        };
        let page = readers.reader.history(&readers.account, &query).await;
        let texts: Vec<_> = page.unwrap().messages.into_iter().collect();
        texts.first().map(|it| it.content.text().to_owned())
    };
    let told = |id: i64| Some(format!("message {id}"));
    assert_eq!(last_before(second(20)).await, told(19));
    assert_eq!(last_before(second(20) + 5).await, told(20));
    assert_eq!(last_before(second(99)).await, told(30));
    for none in [second(1), 5, -5] {
        assert_eq!(last_before(none).await, None, "{none}");
    }
}

#[tokio::test]
async fn a_history_is_read_back_and_forth_without_a_gap() {
    let readers = Readers::new().await;
    for kind in [
        ChatKind::Private,
        ChatKind::Group,
        ChatKind::Supergroup,
        ChatKind::Channel,
    ] {
        let chat = readers.chat(kind, "Chat");
        readers.say_all(&chat, 250);
        readers.meet_all().await;
        let dialog = peer(&readers, &chat);
        let back = all(&readers, history_of(dialog, HistoryFrom::Newest)).await;
        let expected: Vec<_> = (1..=250).rev().map(|n| format!("message {n}")).collect();
        assert_eq!(texts(&back), expected, "{kind:?}");
        assert!(back.iter().all(|message| message.dialog == dialog));
        let forth = all(&readers, history_of(dialog, HistoryFrom::After(0))).await;
        let reversed: Vec<_> = back.iter().rev().cloned().collect();
        assert_eq!(forth, reversed, "{kind:?}");
        // From the middle, in both directions; an odd page does not matter.
        let middle = back[100].id;
        let small = |from| HistoryQuery {
            limit: 7,
            ..history_of(dialog, from)
        };
        let before = all(&readers, small(HistoryFrom::Before(middle))).await;
        assert_eq!(before, &back[101..], "{kind:?}");
        let after = all(&readers, small(HistoryFrom::After(middle))).await;
        let after: Vec<_> = after.into_iter().rev().collect();
        assert_eq!(after, &back[..100], "{kind:?}");
    }
}

#[tokio::test]
async fn a_message_says_who_wrote_it_when_and_how() {
    let readers = Readers::new().await;
    let origin = readers.chat(ChatKind::Channel, "Origin");
    let group = readers.chat(ChatKind::Supergroup, "Group");
    let media = NewMedia {
        kind: Kept::Photo,
        file_name: "photo.jpg".to_owned(),
        mime_type: "image/jpeg".to_owned(),
        content: vec![7; 5_000].into(),
        dc: 1,
    };
    let new = NewMessage {
        from: Some(readers.ben.id),
        date: Some(1_700_000_000),
        text: "bold and a #tag".to_owned(),
        entities: vec![
            TextEntity {
                offset: 0,
                length: 4,
                style: TextStyle::Bold,
            },
            TextEntity {
                offset: 11,
                length: 4,
                style: TextStyle::Hashtag,
            },
        ],
        media: Some(media),
        forward: Some(ForwardedFrom {
            channel: origin.id,
            post: 12,
            date: 1_600_000_000,
        }),
        album: Some(99),
    };
    let id = readers.say_this(&group, new);
    readers.meet_all().await;
    let dialog = PeerId::Channel(group.id);
    let page = readers
        .reader
        .history(&readers.account, &history_of(dialog, HistoryFrom::Newest))
        .await
        .unwrap();
    assert_eq!((page.total, page.pts), (1, Some(group.pts())));
    let names: Vec<_> = page.peers.iter().map(|peer| peer.id).collect();
    assert!(names.contains(&PeerId::User(readers.ben.id)), "{names:?}");
    let [message] = page.messages.try_into().unwrap();
    let at = |seconds| Timestamp::from_timestamp(seconds, 0).unwrap();
    assert_eq!((message.id, message.dialog), (id, dialog));
    assert_eq!(message.sender, Some(PeerId::User(readers.ben.id)));
    assert_eq!((message.at, message.edited_at), (at(1_700_000_000), None));
    assert_eq!(message.album, Some(99));
    let forward = Forward {
        from: Some(PeerId::Channel(origin.id)),
        name: None,
        at: at(1_600_000_000),
        post: Some(12),
        author: None,
    };
    assert_eq!(message.forward, Some(forward));
    assert!(!message.flags.is_outgoing && !message.flags.is_post);
    let Content::Written { text, entities, .. } = &message.content else {
        panic!("{message:?}");
    };
    assert_eq!(text, "bold and a #tag");
    let expected = [
        Entity {
            offset: 0,
            length: 4,
            kind: EntityKind::Bold,
        },
        Entity {
            offset: 11,
            length: 4,
            kind: EntityKind::Hashtag,
        },
    ];
    assert_eq!(*entities, expected);
    let Some(MessageMedia::File(file)) = message.content.media() else {
        panic!("{message:?}");
    };
    assert_eq!((file.kind, file.size), (MediaKind::Photo, 5_000));
}

#[tokio::test]
async fn who_wrote_is_known_where_telegram_leaves_it_out() {
    let readers = Readers::new().await;
    let private = readers.chat(ChatKind::Private, "");
    let channel = readers.chat(ChatKind::Channel, "Channel");
    for from in [readers.ann.id, readers.ben.id] {
        let new = NewMessage {
            from: Some(from),
            text: "hi".to_owned(),
            ..NewMessage::default()
        };
        readers.say_this(&private, new);
    }
    readers.say(&channel, "post");
    readers.meet_all().await;
    let private = all(
        &readers,
        history_of(PeerId::User(readers.ben.id), HistoryFrom::After(0)),
    )
    .await;
    let senders: Vec<_> = private.iter().map(|it| it.sender).collect();
    let expected = [readers.ann.id, readers.ben.id].map(|id| Some(PeerId::User(id)));
    assert_eq!(senders, expected);
    assert!(private[0].flags.is_outgoing && !private[1].flags.is_outgoing);
    let dialog = PeerId::Channel(channel.id);
    let post = all(&readers, history_of(dialog, HistoryFrom::Newest)).await;
    assert_eq!(post[0].sender, Some(dialog));
    assert!(post[0].flags.is_post);
}

/// The numbers of those that are found, in order.
async fn numbers(readers: &Readers, dialog: PeerId, ids: Vec<i32>) -> Vec<i32> {
    let found = readers.reader.messages(&readers.account, dialog, &ids);
    let mut ids: Vec<_> = found.await.unwrap().iter().map(|it| it.id).collect();
    ids.sort_unstable();
    ids
}

#[tokio::test]
async fn messages_are_found_by_number_and_those_that_are_gone_are_left_out() {
    let readers = Readers::new().await;
    let channel = readers.chat(ChatKind::Channel, "Channel");
    let group = readers.chat(ChatKind::Group, "Group");
    let other = readers.chat(ChatKind::Group, "Other");
    readers.say_all(&channel, 3);
    readers.fixture.world.chats().delete(&channel, &[2]);
    let mine = readers.say(&group, "here");
    let theirs = readers.say(&other, "there");
    readers.meet_all().await;
    let readers = &readers;
    assert_eq!(
        numbers(readers, PeerId::Channel(channel.id), vec![3, 2, 1, 9]).await,
        [1, 3]
    );
    assert_eq!(
        numbers(readers, PeerId::Group(group.id), vec![mine, theirs]).await,
        [mine]
    );
}

#[tokio::test]
async fn a_dialog_that_the_session_has_not_met_is_not_known() {
    let readers = Readers::new().await;
    let channel = readers.chat(ChatKind::Channel, "Channel");
    let unknown = history_of(PeerId::Channel(channel.id), HistoryFrom::Newest);
    let refused = readers.reader.history(&readers.account, &unknown).await;
    assert!(
        matches!(refused, Err(ReadError::PeerUnknown)),
        "{refused:?}"
    );
}
