//! The operators' pages: signing in, acting, and attacks on both.

mod attacks;
mod browser;
mod confirming;
mod diagnostics;
mod keys;
mod live;
mod pages;
mod promises;
mod signing_in;
mod tenants;

use std::sync::Arc;

use sesame_domain::audit::{Action, Actor, AuditEntry, OperatorReason};
use sesame_domain::ids::SignInId;
use sesame_domain::operator::{LINK_LIFE, OneTimeSecret, Operators, SignInLink};
use sesame_domain::ports::SignIns as _;
use sesame_domain::random::SystemEntropy;
use sesame_domain::time::ManualClock;

use self::browser::Browser;
use crate::support::{World, noon, owner, settings};

/// A world with these operators, whose clock stands still.
fn world(operators: &str) -> (World, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::new(noon()));
    let mut settings = settings("https://sesame.example");
    settings.operators = operators.parse().unwrap();
    (World::new(clock.clone(), settings), clock)
}

/// The same world after a start with other operators.
fn restarted(world: &World, clock: &Arc<ManualClock>, operators: &str) -> World {
    let mut settings = settings("https://sesame.example");
    settings.operators = operators.parse::<Operators>().unwrap();
    World::over(clock.clone(), settings, world.operators.clone())
}

/// A link that the bot gave to this person; its path.
async fn link(world: &World, person: i64) -> String {
    let now = world.clock.now();
    let secret = OneTimeSecret::generate(&SystemEntropy);
    let link = SignInLink {
        id: SignInId::generate(&SystemEntropy, now),
        owner: owner(person),
        name: "Mara <Lindqvist>".to_owned(),
        issued_at: now,
        expires_at: now + LINK_LIFE,
    };
    let entry = AuditEntry::new(
        now,
        owner(person),
        link.id.as_uuid(),
        Actor::Owner,
        Action::SignInAsked,
        OperatorReason::AskedInChat,
    );
    let store = &world.operators.store;
    store.issue(&link, secret.digest(), entry).await.unwrap();
    format!("/admin/sign-in/{}", secret.expose())
}

/// A browser in which this operator is signed in.
async fn signed_in(world: &World, person: i64) -> Browser {
    let mut browser = Browser::of(world);
    let path = link(world, person).await;
    assert_eq!(browser.open(&path).await.status, 200);
    assert_eq!(browser.post(&path, &[]).await.status, 303);
    browser
}

/// What the audit says of what was refused: "action: reason".
fn refused(world: &World) -> Vec<String> {
    let mut entries = world.audit.entries.lock().unwrap().clone();
    entries.extend(world.operators.store.audited());
    let refused = entries.iter().filter(|it| it.outcome.as_str() == "refused");
    refused
        .map(|it| format!("{}: {}", it.action.as_str(), it.reason))
        .collect()
}
