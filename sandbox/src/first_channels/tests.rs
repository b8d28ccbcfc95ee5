//! What the first channels bring.

use std::collections::BTreeSet;

use super::*;
use crate::posting::check;
use crate::world::NewPerson;

fn world() -> World {
    let world = World::default();
    for name in READERS {
        let new = NewPerson {
            id: None,
            first_name: name.to_owned(),
            last_name: None,
            username: Some(name.to_owned()),
            phone: None,
            language: None,
            home_dc: None,
        };
        world.people().create(new).unwrap();
    }
    world
}

fn texts(chat: &Chat) -> Vec<String> {
    chat.messages(|all| all.oldest_first().map(|it| it.text).collect())
}

#[test]
fn there_are_some_days_of_posts_of_every_kind_the_same_every_time() {
    let (world, schedules) = (world(), Schedules::default());
    open(&world, &schedules).unwrap();
    let (other, others) = (self::world(), Schedules::default());
    open(&other, &others).unwrap();
    let chats = world.chats().list();
    assert_eq!(chats.len(), CHANNELS.len());
    for (chat, same) in chats.iter().zip(other.chats().list()) {
        assert_eq!((&chat.title, texts(chat)), (&same.title, texts(&same)));
        assert_eq!(chat.kind, ChatKind::Channel);
        assert_eq!(chat.member_count(), READERS.len());
        assert!(
            (20..=60).contains(&chat.len()),
            "{}: {}",
            chat.title,
            chat.len()
        );
        let all = chat.messages(|all| all.oldest_first().collect::<Vec<_>>());
        let body = |it: &crate::world::Message| {
            let body = it.body.as_deref().and_then(|body| body.message().cloned());
            body.unwrap()
        };
        let bodies: Vec<_> = all.iter().map(body).collect();
        assert!(
            bodies.iter().any(|it| it.rich_message.is_some()),
            "{}",
            chat.title
        );
        assert!(
            bodies.iter().any(|it| it.fwd_from.is_some()),
            "{}",
            chat.title
        );
        let albums: BTreeSet<_> = bodies.iter().filter_map(|it| it.grouped_id).collect();
        assert!(!albums.is_empty(), "{}", chat.title);
        assert!(all.iter().any(|it| it.edited.is_some()), "{}", chat.title);
        let last = all.last().unwrap().id;
        assert!(
            usize::try_from(last).unwrap() > all.len(),
            "one was deleted"
        );
        assert!(all.is_sorted_by_key(|it| it.date), "{}", chat.title);
        assert!(all.last().unwrap().date <= world.clock().now());
    }
    // They are there once.
    open(&world, &schedules).unwrap();
    assert_eq!(world.chats().list().len(), CHANNELS.len());
}

#[test]
fn they_go_on_and_begin_anew_with_variations() {
    let (world, schedules) = (world(), Schedules::default());
    open(&world, &schedules).unwrap();
    for (channel, scheduled) in schedules.list() {
        let chat = world.chats().get(channel).unwrap();
        for turn in scheduled.schedule.turns.iter() {
            check(&world, &chat, turn).unwrap();
        }
        let count = scheduled.schedule.turns.len();
        let before = texts(&chat).into_iter().collect::<BTreeSet<_>>();
        let due = schedules.at_once(channel, 2 * count, world.clock().precise());
        assert_eq!(due.len(), 2 * count);
        for due in due {
            let taking = Taking {
                round: due.round,
                number: due.number,
                at: due.at,
                manner: Manner::Said,
            };
            take(&world, &chat, &due.turn, taking).unwrap();
        }
        let after = texts(&chat).into_iter().collect::<BTreeSet<_>>();
        let new = after.difference(&before).count();
        assert!(new > 10, "{}: {new}", chat.title);
    }
}

#[test]
fn without_the_first_people_there_are_none() {
    let (world, schedules) = (World::default(), Schedules::default());
    open(&world, &schedules).unwrap();
    assert!(world.chats().list().is_empty() && schedules.list().is_empty());
}
