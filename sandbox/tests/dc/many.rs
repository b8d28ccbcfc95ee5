//! A chat with very many messages and files that are not stored.

use grammers_client::tl::{enums, functions, types};
use sesame_sandbox::world::{ChatKind, MadeMessages};

use crate::dialogs::{chat, say};
use crate::harness::Sandbox;

const COUNT: i32 = 100_000;

/// How much memory this process has, in KiB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let words = line.unwrap().split_whitespace().nth(1);
    words.unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_hundred_thousand_messages_and_two_thousand_files_take_no_memory() {
    let sandbox = Sandbox::start().await;
    let (ann, ben) = (sandbox.person("Ann", 1), sandbox.person("Ben", 1));
    let group = chat(&sandbox, ChatKind::Supergroup, &[&ben, &ann]);
    let client = sandbox.logged_in(&ann).await;
    let before = resident();
    let messages = MadeMessages {
        count: COUNT,
        files: 2_000,
        file_size: 3_000_000_000,
    };
    assert!(sandbox.world.chats().make(&group, messages));
    assert!(!sandbox.world.chats().make(&group, messages));
    say(&sandbox, &group, "the latest");
    let mut offset_id = 0;
    let (mut seen, mut files, mut last_file) = (0, 0, None);
    loop {
        let request = functions::messages::GetHistory {
            peer: enums::InputPeer::Channel(types::InputPeerChannel {
                channel_id: group.id,
                access_hash: group.access_hash,
            }),
            offset_id,
            offset_date: 0,
            add_offset: 0,
            limit: 100,
            max_id: 0,
            min_id: 0,
            hash: 0,
        };
        let page = client.call(&request).await.unwrap();
        let enums::messages::Messages::ChannelMessages(page) = page else {
            panic!("{page:?}");
        };
        assert_eq!(page.count, COUNT + 1);
        let Some(last) = page.messages.last() else {
            break;
        };
        offset_id = last.id();
        for message in page.messages {
            seen += 1;
            let enums::Message::Message(message) = message else {
                panic!("{message:?}");
            };
            if let Some(enums::MessageMedia::Document(media)) = message.media {
                files += 1;
                last_file = media.document;
            }
        }
    }
    assert_eq!((seen, files), (COUNT + 1, 2_000));
    let grown = resident().saturating_sub(before);
    assert!(grown < 64 * 1024, "it takes {grown} KiB");
    // A part near the end of a file of three gigabytes.
    let Some(enums::Document::Document(file)) = last_file else {
        panic!("{last_file:?}");
    };
    let part = functions::upload::GetFile {
        precise: false,
        cdn_supported: false,
        location: enums::InputFileLocation::InputDocumentFileLocation(
            types::InputDocumentFileLocation {
                id: file.id,
                access_hash: file.access_hash,
                file_reference: file.file_reference,
                thumb_size: String::new(),
            },
        ),
        offset: 2_999_975_936_i64,
        limit: 1024 * 1024,
    };
    assert_eq!(file.size, 3_000_000_000);
    let part = client.call(&part).await.unwrap();
    let enums::upload::File::File(part) = part else {
        panic!("{part:?}");
    };
    assert_eq!(part.bytes.len(), 24_064);
}
