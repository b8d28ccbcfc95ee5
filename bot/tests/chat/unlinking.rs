//! Unlinking, button by button.

use sesame_domain::audit::Actor;
use sesame_domain::notice::NoticeKind;
use sesame_sandbox::bots::Message;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::fixture::{Fixture, labels, until, words};

async fn question(fixture: &Fixture) -> Message {
    let question = fixture.ask("/unlink").await;
    assert!(
        words(&question).starts_with("Unlink Nina & Co?"),
        "{question:?}"
    );
    assert_eq!(labels(&question), ["Unlink", "Keep"]);
    question
}

#[tokio::test]
async fn without_an_account_there_is_nothing_to_unlink() {
    let (fixture, _bot) = Fixture::new().await;
    let answer = fixture.ask("/unlink").await;
    assert!(words(&answer).contains("nothing to unlink"), "{answer:?}");
}

#[tokio::test]
async fn unlink_is_done_once_confirmed_and_said_in_place() {
    let (fixture, _bot) = Fixture::new().await;
    let account = fixture.link();
    let question = question(&fixture).await;
    assert!(fixture.accounts.unlinked.lock().unwrap().is_empty());
    let done = fixture.press(&question, "Unlink").await;
    assert!(
        words(&done).starts_with("Nina & Co is unlinked."),
        "{done:?}"
    );
    assert!(labels(&done).is_empty());
    let unlinked = fixture.accounts.unlinked.lock().unwrap().clone();
    assert_eq!(unlinked, [(fixture.owner(), account.id, Actor::Owner)]);
    assert_eq!(fixture.said().len(), 1, "edited in place, not said again");
    // The press was acknowledged, so that the button does not spin.
    let toasts = || {
        fixture
            .sandbox
            .bot()
            .chat_of(fixture.person.id)
            .unwrap()
            .toasts
    };
    until("an acknowledged press", || toasts().len() == 1).await;
}

#[tokio::test]
async fn keep_changes_nothing() {
    let (fixture, _bot) = Fixture::new().await;
    fixture.link();
    let question = question(&fixture).await;
    let kept = fixture.press(&question, "Keep").await;
    assert!(words(&kept).contains("Nina & Co stays linked"), "{kept:?}");
    assert!(labels(&kept).is_empty());
    assert_eq!(fixture.accounts.linked.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn the_button_below_an_account_asks_first() {
    let (fixture, _bot) = Fixture::new().await;
    fixture.link();
    let list = fixture.ask("/accounts").await;
    let question = fixture.press(&list, "Unlink Nina & Co").await;
    assert!(
        words(&question).starts_with("Unlink Nina & Co?"),
        "{question:?}"
    );
    assert_eq!(labels(&question), ["Unlink", "Keep"]);
    assert_eq!(fixture.accounts.linked.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_stale_button_explains_itself() {
    for label in ["Unlink", "Keep"] {
        let (fixture, _bot) = Fixture::new().await;
        fixture.link();
        let question = question(&fixture).await;
        fixture.accounts.linked.lock().unwrap().clear();
        let gone = fixture.press(&question, label).await;
        assert!(words(&gone).contains("not linked any more"), "{gone:?}");
        assert!(labels(&gone).is_empty());
        assert!(fixture.accounts.unlinked.lock().unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_button_acts_on_the_account_of_the_one_who_presses_it() {
    let (fixture, _bot) = Fixture::new().await;
    let mut account = fixture.link();
    let question = question(&fixture).await;
    // The account under the button turns out to be someone else's.
    let other = fixture.someone_else();
    account.owner = crate::fixture::owner(&other);
    *fixture.accounts.linked.lock().unwrap() = vec![account];
    let gone = fixture.press(&question, "Unlink").await;
    assert!(words(&gone).contains("not linked any more"), "{gone:?}");
    assert_eq!(fixture.accounts.linked.lock().unwrap().len(), 1);
    assert!(fixture.said_to(&other).is_empty());
}

/// The message in which a command showed the account, once the bot has noted that: it
/// is answered first.
async fn shown_by(fixture: &Fixture, command: &str) -> Message {
    let shown = fixture.ask(command).await;
    let owner = fixture.owner();
    let noted = || fixture.people.shown(&owner).map(i64::from) == Some(shown.message_id);
    until("where it was shown", noted).await;
    shown
}

/// What a message that showed the account says once that was unlinked in the app.
async fn said_in(fixture: &Fixture, shown: &Message) -> Message {
    until("a changed message", || {
        fixture
            .message(shown.message_id)
            .is_some_and(|it| it != *shown)
    })
    .await;
    let changed = fixture.message(shown.message_id).unwrap();
    assert!(words(&changed).contains("in the app"), "{changed:?}");
    changed
}

#[tokio::test]
async fn what_was_unlinked_in_the_app_is_said_where_the_account_was_shown() {
    let (fixture, _bot) = Fixture::new().await;
    fixture.link();
    for command in ["/accounts", "/unlink"] {
        let shown = shown_by(&fixture, command).await;
        let before = fixture.said().len();
        fixture.tell(NoticeKind::UnlinkedInApp).await;
        let changed = said_in(&fixture, &shown).await;
        assert_eq!(labels(&changed), ["Link again"]);
        assert_eq!(fixture.said().len(), before);
    }
    // Where it was shown nowhere, or is no longer to be found, it is said anew.
    let shown = shown_by(&fixture, "/accounts").await;
    fixture.refuse(
        "editMessageText",
        400,
        "Bad Request: message to edit not found",
        1,
    );
    fixture.tell(NoticeKind::UnlinkedInApp).await;
    let said = fixture.answer_after(shown.message_id).await;
    assert!(words(&said).contains("in the app"), "{said:?}");
}

#[tokio::test]
async fn where_an_account_was_shown_is_known_to_whichever_program_comes_next() {
    let (mut fixture, _before) = Fixture::new().await;
    fixture.link();
    let shown = shown_by(&fixture, "/accounts").await;
    let said = fixture.said().len();
    fixture.stop.cancel();
    fixture.tasks.close();
    fixture.tasks.wait().await;
    fixture.stop = CancellationToken::new();
    fixture.tasks = TaskTracker::new();
    let after = fixture.bot(None);
    fixture.running(&after).await;
    fixture.tell(NoticeKind::UnlinkedInApp).await;
    said_in(&fixture, &shown).await;
    assert_eq!(fixture.said().len(), said);
}
