//! What the first people have said to each other, so that whoever tries the
//! sandbox sees chats at once.

use std::sync::Arc;

use crate::world::{
    Chat, ChatKind, Content, Draft, MediaKind, NewChat, NewMedia, NewMessage, SERVICE_USER, World,
    picture,
};

/// How long ago the oldest message was sent, in seconds.
const BEGINNING: i64 = 6 * 24 * 3600;

/// The first people, where they are there.
struct Cast {
    alice: i64,
    bob: i64,
    masha: i64,
    joao: i64,
}

/// Gives the first people chats and pictures; if one of them is not there, no one
/// gets any.
pub(crate) fn furnish(world: &World) {
    let find = |name: &str| world.people().by_username(name).map(|person| person.id);
    let (Some(alice), Some(bob), Some(masha), Some(joao)) = (
        find("alice_sandbox"),
        find("bob_sandbox"),
        find("masha_sandbox"),
        find("joao_sandbox"),
    ) else {
        return;
    };
    let cast = Cast {
        alice,
        bob,
        masha,
        joao,
    };
    for (person, dc) in [(alice, 1), (bob, 2), (masha, 1)] {
        world.photos().set(person, dc);
    }
    let all = [alice, bob, masha, joao];
    let mut clock = world.clock().now() - BEGINNING;
    for person in all {
        let welcome = "Welcome to the sandbox. This chat is where login codes come.";
        say(
            world,
            SERVICE_USER,
            person,
            &mut clock,
            &[(SERVICE_USER, welcome)],
        );
    }
    channel(world, &cast, &mut clock);
    group(world, &cast, &mut clock);
    club(world, &cast, &mut clock);
    private(world, &cast, &mut clock);
    for person in all {
        if let Ok(chat) = world.chats().private_of(person, SERVICE_USER, clock) {
            chat.mark_read(person, i32::MAX);
        }
    }
}

/// Two people, or one with themselves, talk.
fn say(world: &World, a: i64, b: i64, clock: &mut i64, words: &[(i64, &str)]) {
    if let Ok(chat) = world.chats().private_of(a, b, *clock) {
        talk(world, &chat, clock, words);
    }
}

fn talk(world: &World, chat: &Chat, clock: &mut i64, words: &[(i64, &str)]) {
    for (from, text) in words {
        put(world, chat, clock, plain(*from, text));
    }
}

fn plain(from: i64, text: &str) -> NewMessage {
    NewMessage {
        from: Some(from),
        text: text.to_owned(),
        ..NewMessage::default()
    }
}

fn put(world: &World, chat: &Chat, clock: &mut i64, new: impl Into<Draft>) {
    *clock += 1_700;
    world.chats().put(chat, new, *clock);
}

fn file(kind: MediaKind, name: &str, mime: &str, content: impl Into<Content>, dc: i32) -> NewMedia {
    NewMedia {
        kind,
        file_name: name.to_owned(),
        mime_type: mime.to_owned(),
        content: content.into(),
        dc,
    }
}

fn make(world: &World, kind: ChatKind, title: &str, members: &[i64], at: i64) -> Option<Arc<Chat>> {
    let new = NewChat {
        kind,
        title: title.to_owned(),
        username: None,
        members: members.to_vec(),
    };
    world.chats().create(new, at).ok()
}

fn channel(world: &World, cast: &Cast, clock: &mut i64) {
    let members = [cast.joao, cast.alice, cast.bob, cast.masha];
    let Some(chat) = make(world, ChatKind::Channel, "Harbour News", &members, *clock) else {
        return;
    };
    world.photos().set(chat.id, 1);
    talk(
        world,
        &chat,
        clock,
        &[
            (
                cast.joao,
                "Good morning! This is where news of the harbour come.",
            ),
            (
                cast.joao,
                "The ferry leaves an hour later this week: repairs on the pier.",
            ),
        ],
    );
    let photo = NewMessage {
        media: Some(file(
            MediaKind::Photo,
            "photo.jpg",
            "image/jpeg",
            picture(800, 600, 11),
            2,
        )),
        ..plain(cast.joao, "The pier this morning")
    };
    put(world, &chat, clock, photo);
    let timetable = "Line,Departs\nNorth,07:10\nNorth,09:40\nIsland,08:00\nIsland,16:30\n";
    let document = NewMessage {
        media: Some(file(
            MediaKind::Document,
            "timetable.csv",
            "text/csv",
            timetable.as_bytes().to_vec(),
            1,
        )),
        ..plain(cast.joao, "The new timetable")
    };
    put(world, &chat, clock, document);
    for person in [cast.bob, cast.masha] {
        chat.mark_read(person, i32::MAX);
    }
}

fn group(world: &World, cast: &Cast, clock: &mut i64) {
    let members = [cast.alice, cast.bob, cast.masha, cast.joao];
    let Some(chat) = make(world, ChatKind::Group, "Saturday sailing", &members, *clock) else {
        return;
    };
    talk(
        world,
        &chat,
        clock,
        &[
            (cast.alice, "Who is in on Saturday?"),
            (cast.bob, "Me! I bring the life vests."),
            (cast.masha, "Я тоже, но приду к девяти."),
            (cast.joao, "Eu levo o café."),
            (cast.alice, "Nine it is. The list is in the file."),
        ],
    );
    let list = NewMessage {
        media: Some(file(
            MediaKind::Document,
            "packing list.txt",
            "text/plain",
            b"life vests\ncoffee\nsunscreen\nspare rope\n".to_vec(),
            1,
        )),
        ..plain(cast.alice, "")
    };
    put(world, &chat, clock, list);
    chat.mark_read(cast.bob, i32::MAX);
}

fn club(world: &World, cast: &Cast, clock: &mut i64) {
    let members = [cast.bob, cast.alice, cast.joao];
    let Some(chat) = make(world, ChatKind::Supergroup, "Chess club", &members, *clock) else {
        return;
    };
    world.photos().set(chat.id, 2);
    talk(
        world,
        &chat,
        clock,
        &[
            (cast.bob, "Next round is on Thursday, seven o'clock."),
            (cast.alice, "I have the clock and two boards."),
            (cast.joao, "White or black?"),
            (
                cast.bob,
                "We draw. See https://example.org/chess for the pairings.",
            ),
        ],
    );
    chat.mark_read(cast.alice, i32::MAX);
}

fn private(world: &World, cast: &Cast, clock: &mut i64) {
    let (alice, bob) = (cast.alice, cast.bob);
    say(
        world,
        cast.masha,
        alice,
        clock,
        &[
            (cast.masha, "Привет! Пришлёшь фотографии с пирса?"),
            (alice, "Tonight, promised."),
        ],
    );
    say(
        world,
        alice,
        alice,
        clock,
        &[
            (
                alice,
                "Berth 14, the code of the gate is with the harbour master",
            ),
            (alice, "Buy: varnish, two shackles, tea"),
        ],
    );
    say(
        world,
        alice,
        bob,
        clock,
        &[
            (alice, "Hi Bob, did you find the blue rope?"),
            (bob, "Yes, it was in the shed all along."),
            (alice, "Great. Here is the shed, for next time:"),
        ],
    );
    let Ok(chat) = world.chats().private_of(alice, bob, *clock) else {
        return;
    };
    let photo = NewMessage {
        media: Some(file(
            MediaKind::Photo,
            "photo.jpg",
            "image/jpeg",
            picture(640, 480, 23),
            1,
        )),
        ..plain(alice, "")
    };
    put(world, &chat, clock, photo);
    talk(world, &chat, clock, &[(bob, "Ha! Thanks.")]);
}
