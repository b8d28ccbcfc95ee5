//! People who ask too often.

use chrono::TimeDelta;
use sesame_bot::Bot;
use sesame_sandbox::world::Person;

use crate::fixture::{Fixture, labels, until, words};

const RATE: u32 = 5;

async fn limited() -> (Fixture, Bot) {
    let mut fixture = Fixture::empty().await;
    fixture.rate = RATE;
    let bot = fixture.bot(None);
    fixture.running(&bot).await;
    (fixture, bot)
}

fn told(fixture: &Fixture) -> usize {
    let said = fixture.said();
    said.iter()
        .filter(|it| words(it).contains("a lot at once"))
        .count()
}

#[tokio::test]
async fn whoever_asks_too_often_is_told_once_a_minute_and_answered_after_it() {
    let (fixture, _bot) = limited().await;
    for _ in 0..RATE {
        fixture.ask("/help").await;
    }
    let slow = fixture.ask("/help").await;
    assert!(words(&slow).contains("I answer again in 1 min"), "{slow:?}");
    let said = fixture.said().len();
    for asked in ["/help", "what?", "/status"] {
        fixture.say(asked);
    }
    // What a code is deleted for is said all the same: by then the rest was
    // looked at.
    let code = fixture.ask("64381").await;
    assert!(words(&code).contains("code"), "{code:?}");
    assert_eq!((told(&fixture), fixture.said().len()), (1, said + 1));
    fixture.clock.advance(TimeDelta::minutes(1));
    let help = fixture.ask("/help").await;
    assert!(words(&help).contains("/accounts"), "{help:?}");
}

#[tokio::test]
async fn a_button_counts_as_well_and_stops_waiting_once() {
    let (fixture, _bot) = limited().await;
    fixture.link();
    let asked = fixture.ask("/unlink").await;
    for _ in 1..RATE {
        fixture.ask("/help").await;
    }
    let label = labels(&asked).remove(0);
    let acknowledged = || fixture.sandbox.bot().calls_of("answerCallbackQuery").len();
    fixture.tap(&fixture.person, asked.message_id, &label);
    until("the words", || acknowledged() == 1).await;
    fixture.tap(&fixture.person, asked.message_id, &label);
    // What comes after it is answered after it.
    fixture.ask("64381").await;
    assert_eq!(acknowledged(), 1);
}

#[tokio::test]
async fn one_persons_flood_of_thousands_costs_no_one_else_an_answer() {
    let (fixture, _bot) = limited().await;
    let hostile = fixture.someone_else();
    let others: Vec<_> = (0..20).map(|_| fixture.someone_else()).collect();
    let sandbox = fixture.sandbox.bot();
    for at in 0..5_000 {
        sandbox.say(&hostile, "/help").unwrap();
        if at % 250 == 0 {
            sandbox.say(&others[at / 250], "/help").unwrap();
        }
    }
    let answers = |person: &Person| {
        let said = fixture.said_to(person);
        said.iter()
            .filter(|it| words(it).contains("/accounts"))
            .count()
    };
    for other in &others {
        until("an answer", || answers(other) == 1).await;
    }
    assert!(answers(&hostile) <= RATE as usize);
}
