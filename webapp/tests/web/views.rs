//! Every view, rendered in every state.

use std::sync::Arc;

use rstest::rstest;
use sesame_domain::account::{DeathCause, Health};
use sesame_domain::audit::{Action, Actor, AuditEntry};
use sesame_domain::disclosure::{Contact, Disclosure};
use sesame_domain::ids::{LoginId, PersonId};
use sesame_domain::login::{
    AnswerKind, CallFailure, Ending, Event, Failure, MigrationToken, QrEvent, Rejection,
};
use sesame_domain::time::ManualClock;
use sesame_webapp::Settings;
use sesame_words::Language;

use crate::client::Client;
use crate::support::{World, account, noon, owner, settings};

async fn view(world: &World, path: &str) -> String {
    let answer = Client::signed_in(world, 7).await.get(path).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(!answer.text.contains(" onclick"), "no handlers in the page");
    assert_eq!(answer.text.matches("<section").count(), 1);
    assert!(answer.text.contains("<h1"), "every view has a heading");
    assert!(answer.text.contains(" lang=\"en\""), "its language is said");
    answer.text
}

async fn login_view(furnish: impl FnOnce(&World, LoginId)) -> String {
    let (world, _clock) = World::still();
    let id = world.logins.start(&owner(7));
    furnish(&world, id);
    view(&world, &format!("/app/view/logins/{id}")).await
}

fn scanned(world: &World, id: LoginId) {
    world.logins.show(id, b"0123456789abcdef");
    world.logins.feed(id, QrEvent::TokenAccepted);
}

#[tokio::test]
async fn the_first_view_explains_and_offers_one_thing() {
    let (world, _clock) = World::still();
    let text = view(&world, "/app/view/home").await;
    assert!(text.contains("No account linked"));
    assert!(text.contains("Link your account"));
    assert_eq!(text.matches("data-main").count(), 1);
}

#[tokio::test]
async fn whoever_has_had_their_logins_for_the_day_is_told_before_they_begin() {
    let (world, _clock) = World::still();
    let at_once = view(&world, "/app/view/link").await;
    assert!(!at_once.contains("data-until"), "{at_once}");
    let until = noon() + chrono::TimeDelta::seconds(61);
    *world.logins.refusal.lock().unwrap() = Some(Failure::LoginBudget { until });
    let later = view(&world, "/app/view/link").await;
    assert!(later.contains("only a few sign-ins a day"), "{later}");
    assert!(later.contains(">1:01<"), "{later}");
    assert!(
        later.contains("data-after"),
        "the button comes later: {later}"
    );
}

#[tokio::test]
async fn home_knows_the_login_that_runs() {
    let (world, _clock) = World::still();
    let id = world.logins.start(&owner(7));
    let text = view(&world, "/app/view/home").await;
    assert!(text.contains(&format!("data-running=\"{id}\"")));
    assert!(text.contains(&format!("href=\"/app/logins/{id}\"")));
}

#[rstest]
#[case(Health::Alive, "Working", false)]
#[case(Health::Frozen { since: noon() }, "Frozen by Telegram", false)]
#[case(Health::Dead { cause: DeathCause::Revoked, since: noon() }, "Signed out", true)]
#[case(Health::Dead { cause: DeathCause::Banned, since: noon() }, "Banned by Telegram", false)]
#[case(Health::Dead { cause: DeathCause::Deleted, since: noon() }, "Account deleted", false)]
#[case(Health::Dead { cause: DeathCause::Expired, since: noon() }, "Signed out", true)]
#[case(Health::Dead { cause: DeathCause::Duplicated, since: noon() }, "Sign-in lost", true)]
#[case(Health::Dead { cause: DeathCause::Unreadable, since: noon() }, "Sign-in lost", true)]
#[tokio::test]
async fn health_has_words_of_its_own(
    #[case] health: Health,
    #[case] words: &str,
    #[case] needs_link: bool,
) {
    let (world, _clock) = World::still();
    let id = world.accounts.put(account(7, "Ann Lee", health, noon()));
    let home = view(&world, "/app/view/home").await;
    assert!(home.contains(words));
    assert_eq!(home.contains("Link again"), needs_link);
    let detail = view(&world, &format!("/app/view/accounts/{id}")).await;
    assert!(detail.contains(words));
    assert!(detail.contains("Sesame on example.org"));
    assert!(detail.contains(&format!("data-account=\"{id}\"")));
}

#[tokio::test]
async fn the_account_shows_who_opened_it() {
    let (world, _clock) = World::still();
    let id = world
        .accounts
        .put(account(7, "Ann Lee", Health::Alive, noon()));
    let part = "validation".to_owned();
    let name = "Olga".to_owned();
    for (actor, action) in [
        (Actor::Owner, Action::AccountLinked),
        (Actor::System { part }, Action::SessionOpened),
        (Actor::Operator { name }, Action::SessionEnded),
    ] {
        let entry = AuditEntry::new(noon(), owner(7), id.as_uuid(), actor, action, "check");
        world.audit.entries.lock().unwrap().push(entry);
    }
    let text = view(&world, &format!("/app/view/accounts/{id}")).await;
    for words in [
        "You linked your account",
        "Checked by Sesame",
        "Your session was erased",
        "the operator Olga",
        "href=\"/app/activity\"",
    ] {
        assert!(text.contains(words), "{words}");
    }
}

#[tokio::test]
async fn names_are_escaped() {
    let (world, _clock) = World::still();
    let id = world.accounts.put(account(
        7,
        "<script>alert(1)</script>",
        Health::Alive,
        noon(),
    ));
    for path in [
        "/app/view/home".to_owned(),
        format!("/app/view/accounts/{id}"),
    ] {
        assert!(!view(&world, &path).await.contains("<script"));
    }
    let text = login_view(|world, id| {
        world.logins.ask_password(id, Some("\"><img src=x>"));
    })
    .await;
    assert!(!text.contains("<img"));
}

#[tokio::test]
async fn before_linking_the_device_is_shown_exactly() {
    let (world, _clock) = World::still();
    let text = view(&world, "/app/view/link").await;
    for words in [
        "Sesame on example.org",
        "Sesame 0.1.0",
        "Linux",
        "What is stored",
        "How it is sealed",
        "How to undo it",
    ] {
        assert!(text.contains(words), "{words}");
    }
    assert!(!text.contains("data-relink"));
    world
        .accounts
        .put(account(7, "Ann Lee", Health::Alive, noon()));
    assert!(view(&world, "/app/view/link").await.contains("data-relink"));
}

#[tokio::test]
async fn what_the_account_is_for_and_who_runs_the_bot_is_said_before_linking() {
    let clock = Arc::new(ManualClock::new(noon()));
    let settings = Settings {
        disclosure: Disclosure {
            purpose: Some("Reads <your> channels.".to_owned()),
            operator: Some("Harbour Street".to_owned()),
            contact: Some(Contact::new("help@example.org")),
            privacy_url: Some("https://example.org/privacy".to_owned()),
        },
        ..settings("https://sesame.example")
    };
    let world = World::new(clock, settings);
    assert!(
        view(&world, "/app/view/home")
            .await
            .contains("Reads &#60;your&#62; channels.")
    );
    for path in ["/app/view/link", "/app/view/data"] {
        let text = view(&world, path).await;
        for told in [
            "Reads &#60;your&#62; channels.",
            "Harbour Street",
            "href=\"mailto:help@example.org\"",
            "href=\"https://example.org/privacy\"",
        ] {
            assert!(text.contains(told), "{told}: {text}");
        }
    }
}

#[tokio::test]
async fn whoever_runs_a_bot_and_says_nothing_is_not_spoken_of() {
    let (world, _clock) = World::still();
    for path in ["/app/view/home", "/app/view/link", "/app/view/data"] {
        let text = view(&world, path).await;
        for part in [
            "data-purpose",
            "data-operator",
            "What your account is used for",
        ] {
            assert!(!text.contains(part), "{path}: {part}");
        }
    }
}

#[tokio::test]
async fn before_the_first_code_its_place_is_kept() {
    let text = login_view(|_, _| {}).await;
    assert!(text.contains("data-view=\"qr\""));
    assert!(text.contains("data-dim"));
    assert!(text.contains("Getting a code"));
}

#[tokio::test]
async fn the_code_stands_in_the_view() {
    let text = login_view(|world, id| drop(world.logins.show(id, b"0123456789abcdef"))).await;
    assert!(text.contains("data-view=\"qr\""));
    assert!(text.contains("data-fresh-until"));
    assert!(!text.contains("data-dim"));
    assert!(text.contains("fill=\"#000\""));
    assert!(text.contains(">9:50<"), "the time left to scan");
    assert!(
        !text.contains("tg://login"),
        "the link is in the picture only"
    );
}

#[tokio::test]
async fn a_code_that_cannot_be_scanned_is_dimmed_with_the_reason() {
    let text = login_view(|world, id| {
        world.logins.show(id, b"0123456789abcdef");
        world
            .logins
            .feed(id, Event::CallFailed(CallFailure::Unavailable));
    })
    .await;
    assert!(text.contains("data-dim"));
    assert!(text.contains("Telegram does not answer"));
}

#[tokio::test]
async fn after_the_scan_each_step_has_its_words() {
    let moving = |world: &World, id| {
        scanned(world, id);
        let token = MigrationToken(vec![1].into());
        world
            .logins
            .feed(id, QrEvent::MigrationAsked { dc: 4, token });
    };
    let verifying = |world: &World, id| {
        scanned(world, id);
        world.logins.feed(id, Event::SignedIn);
    };
    let linking = |world: &World, id| {
        verifying(world, id);
        let person = PersonId(7);
        world.logins.feed(id, Event::Identified { person });
    };
    assert!(login_view(scanned).await.contains("Your phone said yes"));
    assert!(login_view(moving).await.contains("data centres"));
    assert!(login_view(verifying).await.contains("your account"));
    assert!(login_view(linking).await.contains("Sealing"));
}

#[tokio::test]
async fn the_password_form_explains_itself() {
    let asking =
        login_view(|world, id| drop(world.logins.ask_password(id, Some("the usual one")))).await;
    assert!(asking.contains("data-state=\"asking\""));
    assert!(asking.contains("the usual one"));
    assert!(asking.contains("You have 5 attempts"));
    assert!(asking.contains("method=\"post\""), "never in an address");
    assert!(asking.contains("autocomplete=\"off\""));

    let checking = login_view(|world, id| {
        world.logins.ask_password(id, None);
        world
            .logins
            .feed(id, Event::AnswerSubmitted(AnswerKind::Password));
    })
    .await;
    assert!(checking.contains("data-state=\"checking\""));

    for (wrong, words) in [(1, "4 attempts are left"), (4, "One attempt is left")] {
        let rejected = login_view(|world, id| {
            world.logins.ask_password(id, None);
            for _ in 0..wrong {
                world
                    .logins
                    .feed(id, Event::AnswerSubmitted(AnswerKind::Password));
                world
                    .logins
                    .feed(id, Event::AnswerRejected(Rejection::PasswordWrong));
            }
        })
        .await;
        assert!(rejected.contains("data-state=\"rejected\""));
        assert!(rejected.contains(words));
    }
}

#[rstest]
#[case(Ending::Expired, "Time is up")]
#[case(Ending::Cancelled, "Cancelled")]
#[case(Ending::Superseded, "Continued elsewhere")]
#[case(Ending::Failed(Failure::WrongAccount), "That was another account")]
#[case(Ending::Failed(Failure::Flood { until: noon() + chrono::TimeDelta::seconds(3700) }), ">1:01:40<")]
#[case(Ending::Failed(Failure::LoginBudget { until: noon() + chrono::TimeDelta::seconds(61) }), ">1:01<")]
#[case(Ending::Failed(Failure::Frozen), "frozen")]
#[case(Ending::Failed(Failure::Banned), "Telegram closed this account")]
#[case(
    Ending::Failed(Failure::TelegramUnavailable { until: None }),
    "Try again in a minute"
)]
#[case(
    Ending::Failed(Failure::TelegramUnavailable { until: Some(noon() + chrono::TimeDelta::seconds(9)) }),
    ">0:09<"
)]
#[case(Ending::Failed(Failure::PasswordAttempts), "Too many wrong passwords")]
#[case(Ending::Failed(Failure::PasswordRemoved), "Your password was removed")]
#[case(Ending::Failed(Failure::Revoked), "Ended from your phone")]
#[case(Ending::Failed(Failure::AppRefused), "Linking is out of order")]
#[case(Ending::Failed(Failure::Internal), "Something went wrong")]
#[tokio::test]
async fn every_ending_has_its_words_and_a_way_on(#[case] ending: Ending, #[case] words: &str) {
    let text = login_view(|world, id| {
        let mut login = world.logins.fresh(&owner(7)).ended(ending);
        login.id = id;
        world.logins.put(login);
    })
    .await;
    assert!(text.contains(words), "{text}");
    assert!(text.contains("data-main"), "one thing to do");
    assert!(!text.contains("data-follow"), "nothing more comes");
}

#[tokio::test]
async fn no_failure_is_without_words_and_a_way_on() {
    for failure in Failure::every(noon() + chrono::TimeDelta::hours(1)) {
        let text = login_view(|world, id| {
            let login = world.logins.fresh(&owner(7));
            let mut login = login.ended(Ending::Failed(failure));
            login.id = id;
            world.logins.put(login);
        })
        .await;
        let title = Language::ENGLISH.failure(failure).title();
        assert!(text.contains(title.as_str()), "{failure:?}: {text}");
        assert!(text.contains("data-main"), "{failure:?}: one thing to do");
    }
}

#[tokio::test]
async fn success_shows_the_account() {
    let (world, _clock) = World::still();
    let account = world
        .accounts
        .put(account(7, "Ann Lee", Health::Alive, noon()));
    let login = world.logins.fresh(&owner(7));
    let id = world
        .logins
        .put(login.ended(Ending::Authorized { account }));
    let text = view(&world, &format!("/app/view/logins/{id}")).await;
    assert!(text.contains("Your account is linked"));
    assert!(text.contains("Ann Lee"));
    assert!(text.contains("data-haptic=\"success\""));
}

#[tokio::test]
async fn the_shell_knows_no_one() {
    let (world, _clock) = World::still();
    let client = Client::nobody(&world);
    let shell = client.get("/app").await;
    assert_eq!(shell.status, 200);
    for path in [
        "/app/link",
        "/app/logins/some-id",
        "/app/accounts/some-id",
        "/app/accounts/some-id/chats",
        "/app/accounts/some-id/chats/channel3",
        "/app/copies",
        "/app/activity",
        "/app/data",
        "/app/erase",
    ] {
        assert_eq!(client.get(path).await.text, shell.text);
    }
    assert!(
        shell
            .text
            .contains("https://telegram.org/js/telegram-web-app.js")
    );
    assert!(shell.text.contains("https://t.me/sesame_bot"));
    // It is the bot's.
    assert!(
        shell
            .text
            .contains("<title>Harbour &#60;Street&#62;</title>")
    );
}

#[tokio::test]
async fn assets_are_kept_under_their_own_version_only() {
    let (world, _clock) = World::still();
    let client = Client::nobody(&world);
    let shell = client.get("/app").await.text;
    for kind in ["/app/app.css", "/app/app.js"] {
        let start = shell.find(kind).unwrap();
        let url = shell[start..].split('"').next().unwrap();
        let kept = client.get(url).await;
        assert!(kept.header("cache-control").contains("immutable"));
        let other = client.get(&format!("{kind}?v=other")).await;
        assert_eq!(other.header("cache-control"), "no-cache");
        assert_eq!(other.text, kept.text);
    }
}
