//! People who send too much, and handlers that panic.

use std::sync::atomic::Ordering;

use chrono::TimeDelta;
use rstest::rstest;
use sesame_bot::{Bot, DispatcherFault};
use sesame_domain::notice::NoticeKind;

use crate::fixture::{Fixture, owner, until, words};
use crate::webhook::served;

/// How updates come in.
#[derive(Clone, Copy, Debug)]
enum Coming {
    Fetched,
    Pushed,
}

impl Coming {
    async fn bot(self, fixture: &Fixture) -> Bot {
        match self {
            Self::Pushed => served(fixture).await,
            Self::Fetched => {
                let bot = fixture.bot(None);
                fixture.running(&bot).await;
                bot
            }
        }
    }
}

/// More than may wait of one person, and more than teloxide's queue takes.
const FLOOD: usize = 200;

#[rstest]
#[case(Coming::Fetched)]
#[case(Coming::Pushed)]
#[tokio::test]
async fn one_persons_flood_holds_up_no_one_else(#[case] coming: Coming) {
    let fixture = Fixture::empty().await;
    let _bot = coming.bot(&fixture).await;
    let other = fixture.someone_else();
    let stuck = owner(&other);
    fixture.accounts.stuck.lock().unwrap().push(stuck);
    for _ in 0..FLOOD {
        fixture.sandbox.bot().say(&other, "/accounts").unwrap();
    }
    let answer = fixture.ask("/help").await;
    assert!(words(&answer).contains("/accounts"));
}

#[tokio::test]
async fn what_cannot_be_read_of_one_person_holds_up_no_one_else() {
    let (fixture, _bot) = Fixture::new().await;
    fixture.ask("/help").await;
    let other = fixture.someone_else();
    let sandbox = fixture.sandbox.bot();
    fixture.accounts.stuck.lock().unwrap().push(owner(&other));
    sandbox.say(&other, "/accounts").unwrap();
    let brand_new = |person: i64| {
        serde_json::json!({"message": {
            "message_id": 77, "date": "today",
            "from": {"id": person, "is_bot": false, "first_name": "Oscar"},
            "chat": {"id": person, "type": "private", "first_name": "Oscar"},
        }})
    };
    for _ in 0..FLOOD {
        fixture.push(brand_new(other.id));
    }
    fixture.push(brand_new(fixture.person.id));
    until("an answer", || fixture.said().len() == 2).await;
    assert!(words(&fixture.said()[1]).contains("could not read that"));
}

#[tokio::test]
async fn of_a_flood_the_newest_is_answered() {
    let fixture = Fixture::empty().await;
    for _ in 0..FLOOD {
        fixture.say("/help");
    }
    let last = fixture.say("/privacy");
    let bot = fixture.bot(None);
    fixture.running(&bot).await;
    let answer = fixture.answer_after(last).await;
    until("the newest", || {
        let said = fixture.said();
        said.iter().any(|it| words(it).contains("AES-256-GCM"))
    })
    .await;
    assert!(words(&answer).len() > 1);
    let said = fixture.said().len();
    assert!(said < FLOOD / 2, "{said} answers: the rest was dropped");
    // Afterwards all is as before.
    fixture.ask("/help").await;
}

#[rstest]
#[case(Coming::Fetched)]
#[case(Coming::Pushed)]
#[tokio::test]
async fn a_handler_that_panics_is_apologised_for_and_ends_nothing(#[case] coming: Coming) {
    let fixture = Fixture::empty().await;
    let bot = coming.bot(&fixture).await;
    fixture.accounts.panics.store(true, Ordering::SeqCst);
    for _ in 0..3 {
        let sorry = fixture.ask("/accounts").await;
        assert!(words(&sorry).contains("our fault"), "{}", words(&sorry));
        assert!(!words(&sorry).contains("hunter2"));
    }
    assert_eq!(bot.liveness().check(), Ok(()));
    fixture.accounts.panics.store(false, Ordering::SeqCst);
    fixture.link();
    let answer = fixture.ask("/accounts").await;
    assert!(words(&answer).contains("Nina"), "{}", words(&answer));
    // And when it stops, nothing is left of it.
    fixture.stop.cancel();
    fixture.tasks.close();
    fixture.tasks.wait().await;
}

#[tokio::test]
async fn a_button_whose_handler_panics_stops_waiting_and_is_apologised_for() {
    let (fixture, _bot) = Fixture::new().await;
    fixture.link();
    let asked = fixture.ask("/unlink").await;
    fixture.accounts.panics.store(true, Ordering::SeqCst);
    let label = crate::fixture::labels(&asked).remove(0);
    fixture.tap(&fixture.person, asked.message_id, &label);
    let sorry = fixture.answer_after(asked.message_id).await;
    assert!(words(&sorry).contains("our fault"), "{}", words(&sorry));
    let acknowledged = || {
        !fixture
            .sandbox
            .bot()
            .calls_of("answerCallbackQuery")
            .is_empty()
    };
    until("the end of the waiting", acknowledged).await;
    fixture.accounts.panics.store(false, Ordering::SeqCst);
    fixture.ask("/help").await;
}

#[tokio::test]
async fn a_notice_that_its_sender_falls_over_holds_up_no_other() {
    let (fixture, _bot) = Fixture::new().await;
    fixture.ask("/help").await;
    let other = fixture.someone_else();
    fixture.people.panics_of(&owner(&other));
    let stays = fixture.tell_to(&owner(&other), NoticeKind::Unlinked).await;
    fixture.tell(NoticeKind::Unlinked).await;
    until("the other notice", || fixture.said().len() == 2).await;
    let waiting = || fixture.outbox.waiting();
    until("only one left", || waiting().len() == 1).await;
    let (notice, due) = waiting().remove(0);
    assert_eq!((notice.id, notice.attempts), (stays, 1));
    assert!(due > crate::fixture::noon());
}

#[tokio::test]
async fn a_bot_that_does_not_ask_for_updates_any_more_says_so() {
    let (fixture, bot) = Fixture::new().await;
    let liveness = bot.liveness();
    assert_eq!(liveness.check(), Ok(()));
    // No one else runs between these two.
    fixture.clock.advance(TimeDelta::minutes(3));
    assert_eq!(liveness.check(), Err(DispatcherFault::Silent));
    fixture.ask("/help").await;
    until("the next question", || liveness.check() == Ok(())).await;
}
