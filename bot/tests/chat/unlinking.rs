//! Unlinking, button by button.

use sesame_domain::audit::Actor;
use sesame_sandbox::bots::Message;

use crate::stage::{Stage, labels, until, words};

async fn question(stage: &Stage) -> Message {
    let question = stage.ask("/unlink").await;
    assert!(
        words(&question).starts_with("Unlink Nina & Co?"),
        "{question:?}"
    );
    assert_eq!(labels(&question), ["Unlink", "Keep"]);
    question
}

#[tokio::test]
async fn without_an_account_there_is_nothing_to_unlink() {
    let (stage, _bot) = Stage::new().await;
    let answer = stage.ask("/unlink").await;
    assert!(words(&answer).contains("nothing to unlink"), "{answer:?}");
}

#[tokio::test]
async fn unlink_is_done_once_confirmed_and_said_in_place() {
    let (stage, _bot) = Stage::new().await;
    let account = stage.link();
    let question = question(&stage).await;
    assert!(stage.accounts.unlinked.lock().unwrap().is_empty());
    let done = stage.press(&question, "Unlink").await;
    assert!(
        words(&done).starts_with("Nina & Co is unlinked."),
        "{done:?}"
    );
    assert!(labels(&done).is_empty());
    let unlinked = stage.accounts.unlinked.lock().unwrap().clone();
    assert_eq!(unlinked, [(stage.owner(), account.id, Actor::Owner)]);
    assert_eq!(stage.said().len(), 1, "edited in place, not said again");
    // The press was acknowledged, so that the button does not spin.
    let toasts = || stage.sandbox.bot().chat_of(stage.person.id).unwrap().toasts;
    until("an acknowledged press", || toasts().len() == 1).await;
}

#[tokio::test]
async fn keep_changes_nothing() {
    let (stage, _bot) = Stage::new().await;
    stage.link();
    let question = question(&stage).await;
    let kept = stage.press(&question, "Keep").await;
    assert!(words(&kept).contains("Nina & Co stays linked"), "{kept:?}");
    assert!(labels(&kept).is_empty());
    assert_eq!(stage.accounts.linked.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn the_button_below_an_account_asks_first() {
    let (stage, _bot) = Stage::new().await;
    stage.link();
    let list = stage.ask("/accounts").await;
    let question = stage.press(&list, "Unlink Nina & Co").await;
    assert!(
        words(&question).starts_with("Unlink Nina & Co?"),
        "{question:?}"
    );
    assert_eq!(labels(&question), ["Unlink", "Keep"]);
    assert_eq!(stage.accounts.linked.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_stale_button_explains_itself() {
    for label in ["Unlink", "Keep"] {
        let (stage, _bot) = Stage::new().await;
        stage.link();
        let question = question(&stage).await;
        stage.accounts.linked.lock().unwrap().clear();
        let gone = stage.press(&question, label).await;
        assert!(words(&gone).contains("not linked any more"), "{gone:?}");
        assert!(labels(&gone).is_empty());
        assert!(stage.accounts.unlinked.lock().unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_button_acts_on_the_account_of_the_one_who_presses_it() {
    let (stage, _bot) = Stage::new().await;
    let mut account = stage.link();
    let question = question(&stage).await;
    // The account under the button turns out to be someone else's.
    let other = stage.someone_else();
    account.owner = crate::stage::owner(&other);
    *stage.accounts.linked.lock().unwrap() = vec![account];
    let gone = stage.press(&question, "Unlink").await;
    assert!(words(&gone).contains("not linked any more"), "{gone:?}");
    assert_eq!(stage.accounts.linked.lock().unwrap().len(), 1);
    assert!(stage.said_to(&other).is_empty());
}
