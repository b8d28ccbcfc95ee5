//! What is asked with a slash, and what is not.

use std::sync::atomic::Ordering;

use chrono::TimeDelta;
use rstest::rstest;
use sesame_bot::OwnWords;
use sesame_domain::account::{DeathCause, Health};
use sesame_domain::disclosure::{Contact, Disclosure};
use sesame_domain::login::{Failure, Password, Proving};
use sesame_sandbox::bots::MenuButton;

use crate::fixture::{Fixture, app_url, labels, noon, until, words};

#[rstest]
#[case("/start")]
#[case("/start from_a_deep_link")]
#[case("/Start")]
#[case("/START")]
#[case("/start 64381")]
#[case("/start\nsecond line")]
#[case("\u{200b}/start")]
#[case("／start")]
#[tokio::test]
async fn start_welcomes_and_opens_the_app(#[case] typed: &str) {
    let (fixture, _bot) = Fixture::new().await;
    let welcome = fixture.ask(typed).await;
    assert!(words(&welcome).contains("Hello, Nina."), "{welcome:?}");
    let button = &welcome.reply_markup.as_ref().unwrap().inline_keyboard[0][0];
    assert_eq!(button.text, "Open Sesame");
    assert_eq!(button.web_app.as_ref().unwrap().url, app_url().as_str());
    let menu = || fixture.sandbox.bot().menu_for(fixture.person.id);
    until("a menu button", || {
        matches!(menu(), MenuButton::WebApp { .. })
    })
    .await;
    let person = fixture.people.get(&fixture.owner()).unwrap();
    assert_eq!(person.language.as_deref(), Some("en"));
}

#[tokio::test]
async fn what_whoever_runs_the_bot_says_stands_below_and_is_no_markup() {
    let mut fixture = Fixture::empty().await;
    fixture.own_words = OwnWords {
        welcome: Some("The <b>reading</b> circle & friends".to_owned()),
        support: Some("Ask help@example.org".to_owned()),
    };
    let bot = fixture.bot(None);
    fixture.running(&bot).await;
    let welcome = fixture.ask("/start").await;
    let said = words(&welcome);
    assert!(said.contains("Hello, Nina."), "{said}");
    assert!(
        said.ends_with("\n\nThe <b>reading</b> circle & friends"),
        "{said}"
    );
    let help = fixture.ask("/help").await;
    assert!(
        words(&help).ends_with("\n\nAsk help@example.org"),
        "{help:?}"
    );
}

#[tokio::test]
async fn the_commands_are_on_offer() {
    let (fixture, _bot) = Fixture::new().await;
    let commands = fixture.sandbox.bot().commands_for(&fixture.person);
    let names: Vec<_> = commands.iter().map(|it| it.command.as_str()).collect();
    let expected = [
        "start", "accounts", "unlink", "status", "privacy", "erase", "help",
    ];
    assert_eq!(names, expected);
    let help = fixture.ask("/help").await;
    for name in expected {
        assert!(words(&help).contains(&format!("/{name}")), "{help:?}");
    }
}

#[tokio::test]
async fn without_an_account_the_bot_says_how_to_link_one() {
    let (fixture, _bot) = Fixture::new().await;
    for command in ["/accounts", "/status"] {
        let answer = fixture.ask(command).await;
        assert!(
            words(&answer).contains("No account is linked"),
            "{answer:?}"
        );
        assert_eq!(labels(&answer), ["Open Sesame"]);
    }
}

#[rstest]
#[case(Health::Alive, "Works · checked 4 min ago")]
#[case(Health::Frozen { since: noon() - TimeDelta::hours(2) }, "Frozen by Telegram for 2 h")]
#[case(
    Health::Dead { cause: DeathCause::Revoked, since: noon() - TimeDelta::minutes(9) },
    "Stopped working 9 min ago: the session was ended in Settings > Devices"
)]
#[tokio::test]
async fn accounts_are_shown_with_their_health(#[case] health: Health, #[case] says: &str) {
    let (fixture, _bot) = Fixture::new().await;
    fixture.link();
    fixture.accounts.linked.lock().unwrap()[0].health = health;
    let answer = fixture.ask("/accounts").await;
    assert!(words(&answer).contains("Nina & Co · @nina"), "{answer:?}");
    assert!(words(&answer).contains(says), "{answer:?}");
    assert!(words(&answer).contains("Linked 3 days ago as “Sesame on a test bench”"));
    assert_eq!(labels(&answer), ["Unlink Nina & Co", "Open Sesame"]);
}

#[tokio::test]
async fn whoever_asks_has_their_account_looked_at() {
    let (fixture, _bot) = Fixture::new().await;
    fixture.link();
    let since = noon() - TimeDelta::minutes(1);
    for (command, found, says) in [
        ("/accounts", Health::Frozen { since }, "Frozen by Telegram"),
        (
            "/status",
            Health::Alive,
            "Works · checked less than a minute ago",
        ),
    ] {
        fixture.clock.advance(TimeDelta::minutes(1));
        *fixture.accounts.found.lock().unwrap() = Some(found);
        let answer = fixture.ask(command).await;
        assert!(words(&answer).contains(says), "{answer:?}");
    }
    assert_eq!(fixture.accounts.looks.load(Ordering::SeqCst), 2);
}

/// It may be frozen or banned: that shows only when Telegram is asked.
#[tokio::test]
async fn what_was_linked_but_never_looked_at_is_not_said_to_work() {
    let (fixture, _bot) = Fixture::new().await;
    fixture.link();
    {
        let account = &mut fixture.accounts.linked.lock().unwrap()[0];
        account.checked_at = account.linked_at;
    }
    for command in ["/accounts", "/status"] {
        let answer = fixture.ask(command).await;
        assert!(words(&answer).contains("has not said yet"), "{answer:?}");
        assert!(!words(&answer).contains("Works"), "{answer:?}");
    }
}

#[rstest]
#[case("\u{3164}\u{2800}", "@nina")]
#[case("\u{202e}aniN", "aniN · @nina")]
#[tokio::test]
async fn a_name_that_shows_nothing_gives_way_to_the_username(
    #[case] name: &str,
    #[case] shown: &str,
) {
    let (fixture, _bot) = Fixture::new().await;
    fixture.link();
    name.clone_into(&mut fixture.accounts.linked.lock().unwrap()[0].profile.name);
    let answer = fixture.ask("/accounts").await;
    assert!(
        words(&answer).starts_with(&format!("{shown}\n")),
        "{answer:?}"
    );
    let called = shown.split(' ').next().unwrap();
    assert_eq!(labels(&answer)[0], format!("Unlink {called}"));
    let question = fixture.ask("/unlink").await;
    assert!(
        words(&question).starts_with(&format!("Unlink {called}?")),
        "{question:?}"
    );
}

#[tokio::test]
async fn status_tells_of_a_login_with_the_time_left() {
    let (fixture, _bot) = Fixture::new().await;
    let mut login = fixture.begin_login();
    login.state = Proving::password_required(Password {
        hint: None,
        attempts_left: 5,
        rejected: false,
    })
    .into();
    *fixture.logins.running.lock().unwrap() = Some(login);
    fixture.clock.advance(TimeDelta::minutes(3));
    let answer = fixture.ask("/status").await;
    let expected = "Your cloud password is needed: 7 min left.";
    assert!(words(&answer).starts_with(expected), "{answer:?}");
}

#[tokio::test]
async fn status_says_when_one_may_begin_again() {
    let (fixture, _bot) = Fixture::new().await;
    let until = noon() + TimeDelta::hours(3);
    *fixture.logins.refusal.lock().unwrap() = Some(Failure::LoginBudget { until });
    let answer = fixture.ask("/status").await;
    assert!(
        words(&answer).contains("No account is linked"),
        "{answer:?}"
    );
    assert!(words(&answer).contains("try again in 3 h"), "{answer:?}");
    // Who has an account that works needs no other.
    fixture.link();
    let answer = fixture.ask("/status").await;
    assert!(!words(&answer).contains("try again"), "{answer:?}");
}

#[tokio::test]
async fn privacy_says_how_to_undo_it() {
    let (fixture, _bot) = Fixture::new().await;
    let answer = fixture.ask("/privacy").await;
    assert!(words(&answer).contains("AES-256-GCM"));
    assert!(words(&answer).contains("/unlink"));
    assert!(words(&answer).contains("/erase"));
}

fn harbour_street() -> Disclosure {
    Disclosure {
        purpose: Some("Reads <your> channels & tells you of them.".to_owned()),
        operator: Some("Harbour <Street>".to_owned()),
        contact: Some(Contact::new("help@example.org")),
        privacy_url: Some("https://example.org/privacy?a=1&b=2".to_owned()),
    }
}

#[tokio::test]
async fn what_the_account_is_for_and_who_runs_the_bot_is_said_before_linking() {
    let mut fixture = Fixture::empty().await;
    fixture.disclosure = harbour_street();
    let bot = fixture.bot(None);
    fixture.running(&bot).await;
    let welcome = fixture.ask("/start").await;
    let said = words(&welcome);
    assert!(
        said.contains("What for: Reads <your> channels & tells"),
        "{said}"
    );
    let privacy = fixture.ask("/privacy").await;
    let said = words(&privacy);
    for told in [
        "What your account is used for\nReads <your> channels & tells you of them.\n\nWhat is stored",
        "Who runs this bot\nHarbour <Street>\nhelp@example.org\n",
        "Privacy policy: https://example.org/privacy?a=1&b=2\n\nSesame uses",
    ] {
        assert!(said.contains(told), "{told}: {said}");
    }
    // Whoever asks for help finds someone.
    let help = fixture.ask("/help").await;
    assert!(words(&help).ends_with("\n\nhelp@example.org"), "{help:?}");
}

#[tokio::test]
async fn what_the_bot_can_do_is_answered_in_its_profile() {
    let mut fixture = Fixture::empty().await;
    fixture.disclosure = harbour_street();
    let bot = fixture.bot(None);
    fixture.running(&bot).await;
    let said = || fixture.sandbox.bot().introduction_for(&fixture.person).1;
    until("a description", || !said().is_empty()).await;
    let said = said();
    assert!(
        said.starts_with("Reads <your> channels & tells you of them.\n\nHere you link"),
        "{said}"
    );
    assert!(said.ends_with("Run by Harbour <Street>."), "{said}");
}

#[tokio::test]
async fn whoever_runs_a_bot_and_says_nothing_is_not_spoken_of() {
    let (fixture, _bot) = Fixture::new().await;
    for command in ["/start", "/privacy"] {
        let said = fixture.ask(command).await;
        for silent in [
            "What for",
            "used for",
            "Who runs",
            "Privacy policy",
            "\n\n\n",
        ] {
            assert!(!words(&said).contains(silent), "{said:?}");
        }
    }
}

#[rstest]
#[case("hello")]
#[case("/nonsense")]
#[case("/unlink@other_bot")]
#[tokio::test]
async fn what_is_not_understood_gets_a_short_hint(#[case] said: &str) {
    let (fixture, _bot) = Fixture::new().await;
    let answer = fixture.ask(said).await;
    assert_eq!(
        words(&answer),
        "I understand commands only. /help lists them."
    );
}

#[tokio::test]
async fn when_we_fail_the_bot_says_so() {
    let (fixture, _bot) = Fixture::new().await;
    *fixture.accounts.broken.lock().unwrap() = true;
    let answer = fixture.ask("/accounts").await;
    assert!(words(&answer).contains("our fault"), "{answer:?}");
    *fixture.accounts.broken.lock().unwrap() = false;
    let answer = fixture.ask("/accounts").await;
    assert!(words(&answer).contains("No account"), "{answer:?}");
}
