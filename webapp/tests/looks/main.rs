//! How every state of the Mini App and of the second screen looks, in a browser: that
//! all can be read in every theme and used by everyone, and what is above the fold.

#![allow(clippy::unwrap_used, reason = "a test ends when something is missing")]

#[path = "../../examples/gallery/copies.rs"]
mod copies;
mod exhibition;
mod fold;
#[path = "../../examples/gallery/furnisher.rs"]
mod furnisher;
#[path = "../../examples/gallery/gallery.rs"]
mod gallery;
mod reading;
mod sheets;
mod states;
#[path = "../support/mod.rs"]
mod support;
mod telegrams_ways;
mod themes;

use exhibition::Exhibition;
use reading::Read;
use sesame_test_support::axe;

/// Goes through all states, at the windows of each.
async fn walk(read: fn(usize) -> Read) {
    let script = axe::script().unwrap();
    Exhibition::open(async |exhibition| {
        exhibition.browser.before_pages(&script).await.unwrap();
        let mut amiss = Vec::new();
        for (at, state) in exhibition.states().iter().enumerate() {
            let mut found = Vec::new();
            match exhibition.show(state).await {
                Ok(()) => {
                    found.extend(fold::unseen(exhibition, state).await);
                    found.extend(reading::findings(exhibition, read(at)).await);
                }
                Err(why) => found.push(why),
            }
            amiss.extend(found.into_iter().map(|it| format!("{}: {it}", state.name)));
        }
        assert!(amiss.is_empty(), "{amiss:#?}");
    })
    .await;
}

#[tokio::test]
async fn every_state_is_for_everyone_at_first_sight_in_themes_that_take_turns() {
    walk(Read::InTurns).await;
}

#[tokio::test]
#[ignore = "takes minutes: every state in every theme"]
async fn every_state_is_for_everyone_in_every_theme() {
    walk(|_| Read::InAll).await;
}
