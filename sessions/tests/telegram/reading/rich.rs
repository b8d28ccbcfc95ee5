//! What rich messages say, of every kind of block that the schema has.

use grammers_tl_types::{enums, types};
use sesame_domain::ports::{ReadChannels as _, ReadHistory as _};
use sesame_domain::reading::{
    ChannelChange, ChannelNews, Content, EntityKind, HistoryFrom, Message,
};
use sesame_domain::session::peer::PeerId;
use sesame_sandbox::every_kind;
use sesame_sandbox::world::{Body, Chat, ChatKind, Draft, Edit, NewRpcFault, empty_message};

use super::{Readers, history_of};

/// The text of the sandbox's example, which has every kind of block and of text.
const EVERY_BLOCK: &str = "The harbour\nA tour\nThe harbour master\nNews\nFirst\nBefore\n\
    Level 1\nLevel 2\nLevel 3\nLevel 4\nLevel 5\nLevel 6\n\
    Plain, bold, bold italic, under, struck, fixed, link, mail, H2O, x2, marked, call, , here, \
    E = mc^2, 👍, hidden, \n\
    @alice_sandbox #sea /start $USD https://example.org me@example.org +15551234567 \
    4111111111111111 Someone Monday new Press EQD4FPq-PRDieyQKkizFTRtSDyucUIqrj0v_zXJmqaDp6_0t\n\
    let x = 1;\n\\int_0^1 x\\,dx\nLet me see…\n\
    tea\nrope\ncharts\nand pencils\ncast off\nset sail\n\
    The sea is calm.\nA. Sailor\nTwice\nas calm.\nB. Sailor\nCalm.\nC. Sailor\n\
    The pier\nA. Reporter\nThe ferry\nThe horn\nThe plan\nElsewhere\nD. Sailor\nAhoy\nTwo\n\
    Departures\nLine\tTime\nNorth\t07:10\n09:40\n\
    More\ninside\nEven more\nfurther inside\nRead on\nOne\nFirst\nE\nHere\nOpen\tCopy\n\
    Source of examples\nThe end";

/// A text of so many paragraphs.
fn story(paragraphs: usize) -> String {
    let lines = (1..=paragraphs).map(|n| format!("Paragraph {n} of a long story."));
    lines.collect::<Vec<_>>().join("\n")
}

fn text(message: &Message) -> &str {
    message.content.text()
}

fn is_rich(message: &Message) -> bool {
    matches!(&message.content, Content::Written { is_rich: true, .. })
}

/// A rich message of so many paragraphs, of which three come with it.
fn shortened(paragraphs: usize) -> Body {
    let lines = story(paragraphs);
    let blocks = lines.lines().map(|line| {
        let text = enums::RichText::TextPlain(types::TextPlain {
            text: line.to_owned(),
        });
        enums::PageBlock::Paragraph(types::PageBlockParagraph { text })
    });
    let rich = types::RichMessage {
        rtl: false,
        part: false,
        blocks: blocks.collect(),
        photos: Vec::new(),
        documents: Vec::new(),
    };
    let message = types::Message {
        rich_message: Some(enums::RichMessage::Message(rich)),
        ..empty_message()
    };
    Body {
        shown_blocks: Some(3),
        ..Body::of_words(message)
    }
}

fn say(readers: &Readers, channel: &Chat, paragraphs: usize) -> i32 {
    let draft = Draft::with_body(None, shortened(paragraphs));
    readers.fixture.world.chats().say(channel, draft, 0).id
}

/// Telegram does not give the next rich message: it was just deleted.
fn gone_next(readers: &Readers) {
    readers.fixture.world.faults().add(NewRpcFault {
        method: "messages.getRichMessage".to_owned(),
        error_code: 400,
        error_message: "MESSAGE_ID_INVALID".to_owned(),
        times: 1,
        person: None,
        dc: None,
    });
}

#[tokio::test]
async fn a_rich_message_says_what_its_blocks_say_in_a_history_and_by_number() {
    let readers = Readers::new().await;
    let channel = readers.chat(ChatKind::Channel, "Channel");
    let ids = every_kind::fill(&readers.fixture.world, &channel).unwrap();
    let id = |name: &str| i32::try_from(ids[name].as_i64().unwrap()).unwrap();
    readers.meet_all().await;
    let dialog = PeerId::Channel(channel.id);
    let expected = [
        (id("rich"), EVERY_BLOCK.to_owned()),
        (id("rich-shortened"), story(40)),
        (id("rich-right-to-left"), "שלום".to_owned()),
    ];
    let (reader, account) = (&readers.reader, &readers.account);
    let named = expected.each_ref().map(|(id, _)| *id);
    let by_number = reader.messages(account, dialog, &named).await.unwrap();
    let query = history_of(dialog, HistoryFrom::After(named[0] - 1));
    let page = reader.history(account, &query).await.unwrap();
    for messages in [&by_number, &page.messages] {
        for (message, (id, expected)) in messages.iter().zip(&expected) {
            assert_eq!((message.id, text(message)), (*id, expected.as_str()));
            assert!(is_rich(message));
        }
    }
    // Formats are where they are in any other message.
    let Content::Written { entities, .. } = &by_number[0].content else {
        panic!("{:?}", by_number[0]);
    };
    let units: Vec<u16> = EVERY_BLOCK.encode_utf16().collect();
    let of = |wanted: fn(&EntityKind) -> bool| {
        let found = entities.iter().filter(|entity| wanted(&entity.kind));
        let words = found.map(|it| {
            let begin = usize::try_from(it.offset).unwrap();
            let end = begin + usize::try_from(it.length).unwrap();
            String::from_utf16(&units[begin..end]).unwrap()
        });
        words.collect::<Vec<_>>()
    };
    assert_eq!(of(|kind| *kind == EntityKind::Hashtag), ["#sea"]);
    assert_eq!(of(|kind| *kind == EntityKind::Url), ["https://example.org"]);
    let links = of(|kind| matches!(kind, EntityKind::TextUrl { .. }));
    assert_eq!(links, ["link", "Press", "D. Sailor", "One", "Open"]);
    let quotes = of(|kind| matches!(kind, EntityKind::Blockquote { .. }));
    assert_eq!(quotes, ["The sea is calm.", "Twice\nas calm.", "Calm."]);
    // Another message is as it always was.
    let plain = reader.messages(account, dialog, &[id("plain")]).await;
    assert!(!is_rich(&plain.unwrap()[0]));
}

#[tokio::test]
async fn of_a_rich_message_that_is_gone_meanwhile_its_beginning_is_kept() {
    let readers = Readers::new().await;
    let channel = readers.chat(ChatKind::Channel, "Channel");
    let ids = [say(&readers, &channel, 5), say(&readers, &channel, 6)];
    readers.meet_all().await;
    let dialog = PeerId::Channel(channel.id);
    let (reader, account) = (&readers.reader, &readers.account);
    gone_next(&readers);
    let messages = reader.messages(account, dialog, &ids).await.unwrap();
    let texts: Vec<_> = messages.iter().map(text).collect();
    assert_eq!(texts, [story(3), story(6)]);
    // The next time it is all there.
    let query = history_of(dialog, HistoryFrom::Newest);
    let page = reader.history(account, &query).await.unwrap();
    let texts: Vec<_> = page.messages.iter().map(text).collect();
    assert_eq!(texts, [story(6), story(5)]);
}

#[tokio::test]
async fn rich_messages_of_a_difference_are_whole_new_edited_and_too_long() {
    let readers = Readers::new().await;
    let channel = readers.chat(ChatKind::Channel, "Channel");
    let first = say(&readers, &channel, 4);
    readers.meet_all().await;
    let begin = channel.pts();
    say(&readers, &channel, 5);
    let gone = say(&readers, &channel, 6);
    let chats = readers.fixture.world.chats();
    let edit = Edit {
        text: None,
        body: Some(shortened(7)),
    };
    chats.edit(&channel, first, edit, 0).unwrap();
    chats.delete(&channel, &[gone]);
    let (reader, account) = (&readers.reader, &readers.account);
    let difference = reader.difference(account, channel.id, begin, 100).await;
    let ChannelNews::Changes(changes) = difference.unwrap().news else {
        panic!("it is not too long");
    };
    let told: Vec<_> = changes
        .iter()
        .map(|change| match change {
            ChannelChange::New(message) => format!("+{}", text(message)),
            ChannelChange::Edited(message) => format!("~{}", text(message)),
            ChannelChange::Deleted(ids) => format!("-{ids:?}"),
            ChannelChange::Other(name) => (*name).to_owned(),
        })
        .collect();
    assert_eq!(
        told,
        [
            format!("+{}", story(5)),
            format!("~{}", story(7)),
            format!("-{:?}", [gone])
        ]
    );
    channel.forget_changes();
    gone_next(&readers);
    let difference = reader.difference(account, channel.id, begin, 100).await;
    let ChannelNews::TooLong(latest) = difference.unwrap().news else {
        panic!("it is too long");
    };
    let texts: Vec<_> = latest.iter().map(text).collect();
    assert_eq!(texts, [story(3), story(7)]);
}
