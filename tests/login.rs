//! `sesame login` in a terminal: what whoever sits before it sees and types, and what
//! is left at Telegram.

#![allow(clippy::unwrap_used, reason = "a test ends when something is missing")]

use std::fs;
use std::path::Path;
use std::time::Duration;

use reqwest::Method;
use rstest::rstest;
use serde_json::Value;
use sesame_test_support::phone::{NewPerson, Person};
use sesame_test_support::redis::Redis;
use sesame_test_support::sesame::Program;
use sesame_test_support::terminal::Terminal;
use sesame_test_support::test_server::{Guest, TestServer};
use sesame_test_support::wait::poll;

const BINARY: &str = env!("CARGO_BIN_EXE_sesame");
const PASSWORD: &str = "correct horse battery staple";

/// How long Telegram may take to hear that a connection is closed.
const SOON: Duration = Duration::from_secs(10);

const DONE: u32 = 0;
const WRONG_ARGUMENTS: u32 = 2;
const STORAGE: u32 = 4;
const NOT_LINKED: u32 = 8;
const NOT_LINKED_NOW: u32 = 9;
const INTERRUPTED: u32 = 130;
const HUNG_UP: u32 = 129;
const TERMINATED: u32 = 143;

/// A database that is set up, and no node that works on it: a command has it for itself.
/// Codes live five seconds.
async fn at_rest() -> TestServer {
    at_rest_with(|sesame| sesame).await
}

async fn at_rest_with(settings: impl FnOnce(Program) -> Program) -> TestServer {
    let sandbox = |sandbox: Program| sandbox.args(["--token-life", "5"]);
    let quiet = |sesame: Program| settings(sesame.set("LOG", "off"));
    let mut server = TestServer::open_with(BINARY, sandbox, quiet).await.unwrap();
    server.stop("TERM").await.unwrap();
    server
}

/// Someone with a phone, who has not met the bot.
async fn someone(server: &TestServer, home_dc: i32) -> Person {
    let new = NewPerson::of("Ada", home_dc);
    server.phones.create(&new).await.unwrap()
}

/// `sesame login` for a person.
fn command(server: &TestServer, person: i64, arguments: &[&str]) -> Program {
    let id = person.to_string();
    let all = ["login", "--as", &id].into_iter();
    server.program.instead(all.chain(arguments.iter().copied()))
}

fn login(server: &TestServer, person: i64, arguments: &[&str]) -> Terminal {
    Terminal::run(&command(server, person, arguments)).unwrap()
}

/// The code that came last, once one has come.
async fn received(server: &TestServer, person: i64) -> String {
    let came = poll(SOON, async || {
        let codes = server.phones.codes(person).await.ok()?;
        codes.into_iter().next()
    });
    came.await.unwrap()
}

fn another(code: &str) -> String {
    let first = if code.starts_with('1') { '2' } else { '1' };
    format!("{first}{}", &code[1..])
}

/// What the control interface of the sandbox has under a path.
async fn list(server: &TestServer, path: &str) -> Vec<Value> {
    let answer = server.phones.ask(Method::GET, path, None).await.unwrap();
    answer.json.as_array().cloned().unwrap_or_default()
}

/// How many keys the data centres know of someone's logins, also half-way.
async fn keys_of(server: &TestServer, person: i64) -> usize {
    let keys = list(server, "/auth-keys").await;
    let theirs = keys.iter().filter(|key| key["person"] == person);
    theirs.count()
}

/// Nothing of anyone's login is left at Telegram: no device, no key of a person, no
/// connection, no device that waits for a scan and no code that counts. Of what is closed it hears a moment
/// later.
async fn nothing_is_left(server: &TestServer, person: i64) {
    let mut left = Vec::new();
    let gone = poll(SOON, async || {
        let keys = list(server, "/auth-keys").await;
        let is_left = |key: &Value| key["person"] == person || key["connections"] != 0;
        left = keys.into_iter().filter(is_left).collect();
        left.extend(list(server, &format!("/people/{person}/authorizations")).await);
        let codes = list(server, &format!("/people/{person}/codes")).await;
        left.extend(codes.into_iter().filter(|code| code["valid"] != false));
        let tokens = list(server, "/tokens").await;
        left.extend(tokens.into_iter().filter(|token| token["online"] != false));
        left.is_empty().then_some(())
    });
    let gone = gone.await.is_some();
    assert!(gone, "{left:?}");
}

/// What stands in the window, which is wider, fits 80 columns.
fn fits(terminal: &Terminal) {
    for line in terminal.screen().lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
}

async fn linked(server: &TestServer) -> String {
    server.program.instead(["accounts"]).must().await.unwrap()
}

#[tokio::test]
async fn a_code_that_renews_itself_a_wrong_and_a_right_password_lead_to_linked() {
    let server = at_rest().await;
    let person = someone(&server, 2).await.id;
    let phones = &server.phones;
    phones
        .set_password(person, PASSWORD, "four words")
        .await
        .unwrap();
    let mut terminal = login(&server, person, &["--qr"]);
    let first = terminal.code_after(None).await.unwrap();
    assert!(first.starts_with("tg://login?token="), "{first}");
    terminal.shows("Settings > Devices").await.unwrap();
    fits(&terminal);
    // The next one stands in its place.
    let second = terminal.code_after(Some(&first)).await.unwrap();
    assert_eq!(terminal.screen().matches("Ctrl-C cancels").count(), 1);
    phones.scan(person, &second).await.unwrap();

    terminal.shows("Cloud password:").await.unwrap();
    assert_eq!(terminal.code(), None);
    terminal.shows("Hint: four words").await.unwrap();
    terminal.enter("").unwrap();
    terminal.shows("Type your password first").await.unwrap();
    terminal.enter("incorrect donkey").unwrap();
    terminal.shows("This password is not right").await.unwrap();
    fits(&terminal);
    terminal.enter(PASSWORD).unwrap();
    assert_eq!(
        terminal.ended().await.unwrap(),
        DONE,
        "{}",
        terminal.screen()
    );
    terminal.shows("Linked: Ada").await.unwrap();
    fits(&terminal);
    let said = terminal.everything();
    assert!(!said.contains(PASSWORD) && !said.contains("incorrect donkey"));
    server.devices(person, 1).await.unwrap();
    let listed = linked(&server).await;
    assert!(listed.contains(&person.to_string()), "{listed}");

    // Once more: there is nothing to do, unless it is wanted.
    let mut terminal = login(&server, person, &[]);
    assert_eq!(terminal.ended().await.unwrap(), DONE);
    terminal.shows("It was linked already").await.unwrap();
    let mut terminal = login(&server, person, &["--again"]);
    let code = terminal.code_after(None).await.unwrap();
    phones.scan(person, &code).await.unwrap();
    terminal.shows("Cloud password:").await.unwrap();
    terminal.enter(PASSWORD).unwrap();
    assert_eq!(
        terminal.ended().await.unwrap(),
        DONE,
        "{}",
        terminal.screen()
    );
    terminal
        .shows("is signed out by `sesame serve`")
        .await
        .unwrap();
}

#[tokio::test]
async fn a_wrong_and_a_right_code_lead_to_linked_and_no_secret_stays() {
    let logs = tempfile::tempdir().unwrap();
    let folder = logs.path().display().to_string();
    let server = at_rest_with(|sesame| sesame.set("LOG_DIR", folder)).await;
    let guest = someone(&server, 2).await;
    let (person, number) = (guest.id, format!("+{}", guest.phone));
    let phones = &server.phones;
    // A phrase is long enough to be looked for.
    phones
        .deliver_codes(person, &["sms_phrase"], 60)
        .await
        .unwrap();
    phones.set_password(person, PASSWORD, "").await.unwrap();
    let traced = command(&server, person, &["--phone", &number]).set("LOG", "trace");
    let mut terminal = Terminal::run(&traced).unwrap();
    terminal.shows("Code:").await.unwrap();
    let ends = &guest.phone[guest.phone.len() - 2..];
    terminal
        .shows(&format!(
            "with a few words to your number that ends in {ends}"
        ))
        .await
        .unwrap();
    terminal.shows("Never send it into a chat").await.unwrap();
    fits(&terminal);
    terminal.enter("crooked lantern hums").unwrap();
    terminal
        .shows("This code is not right. 4 attempts are left")
        .await
        .unwrap();
    let code = received(&server, person).await;
    terminal.enter(&code).unwrap();
    terminal.shows("Cloud password:").await.unwrap();
    terminal.enter(PASSWORD).unwrap();
    assert_eq!(
        terminal.ended().await.unwrap(),
        DONE,
        "{}",
        terminal.screen()
    );
    terminal.shows("Linked: Ada").await.unwrap();

    let said = terminal.everything();
    for secret in [&code, "crooked lantern hums", PASSWORD, &guest.phone] {
        assert!(!said.contains(secret), "{secret} on show");
        for folder in [logs.path(), &server.site.data()] {
            let found = found_in(folder, secret);
            assert!(found.is_empty(), "{secret} in {found:?}");
        }
    }
    // The search finds what is there.
    assert!(!found_in(logs.path(), "auth.signIn").is_empty());
}

/// The files of a folder that have this in them.
fn found_in(folder: &Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(found_in(&path, text));
        } else {
            let bytes = fs::read(&path).unwrap();
            let has = bytes.windows(text.len()).any(|it| it == text.as_bytes());
            found.extend(has.then(|| path.display().to_string()));
        }
    }
    found
}

#[tokio::test]
async fn a_number_is_asked_for_and_another_code_can_be_sent() {
    let server = at_rest().await;
    let guest = someone(&server, 1).await;
    let phones = &server.phones;
    phones
        .deliver_codes(guest.id, &["app", "sms"], 0)
        .await
        .unwrap();
    let mut terminal = login(&server, guest.id, &["--phone"]);
    terminal.shows("Phone number:").await.unwrap();
    terminal.enter("12345").unwrap();
    terminal
        .shows("This is not a whole number yet")
        .await
        .unwrap();
    fits(&terminal);
    terminal.press("\x7f\x7f\x7f\x7f\x7f").unwrap();
    terminal.enter(&format!("+{}", guest.phone)).unwrap();
    terminal.shows("in the chat “Telegram”").await.unwrap();
    // Of what was typed only the end stays.
    assert!(!terminal.screen().contains(&guest.phone));
    terminal.shows("Code:").await.unwrap();
    // Escape leaves it open.
    terminal.press("\x1b").unwrap();
    terminal.shows_again("Type it only here").await.unwrap();
    terminal.enter("").unwrap();
    terminal.shows("Another number").await.unwrap();
    terminal.shows("Send it as a text message").await.unwrap();
    fits(&terminal);
    terminal.enter("").unwrap();
    terminal
        .shows("Telegram sent a text message to your number")
        .await
        .unwrap();
    let code = received(&server, guest.id).await;
    terminal.enter(&code).unwrap();
    assert_eq!(
        terminal.ended().await.unwrap(),
        DONE,
        "{}",
        terminal.screen()
    );
    server.devices(guest.id, 1).await.unwrap();
}

#[tokio::test]
async fn numbers_that_telegram_does_not_take_and_too_many_codes_end_it() {
    let server = at_rest().await;
    let guest = someone(&server, 1).await;
    let mut terminal = login(&server, guest.id, &["--phone", "+99966 2 9999"]);
    // No one has it: the code would make an account.
    terminal.shows("Code:").await.unwrap();
    let unowned = server
        .phones
        .ask(Method::GET, "/phones/9996629999/codes", None);
    let code = unowned.await.unwrap().json[0]["code"]
        .as_str()
        .unwrap()
        .to_owned();
    terminal.enter(&code).unwrap();
    terminal
        .shows("There is no Telegram account with this number")
        .await
        .unwrap();
    terminal.enter(&format!("+{}", guest.phone)).unwrap();
    for left in (1..5).rev() {
        terminal.shows("Code:").await.unwrap();
        let right = received(&server, guest.id).await;
        terminal.enter(&another(&right)).unwrap();
        let left = match left {
            1 => "One attempt is left".to_owned(),
            more => format!("{more} attempts are left"),
        };
        terminal.shows(&left).await.unwrap();
    }
    let right = received(&server, guest.id).await;
    terminal.enter(&another(&right)).unwrap();
    assert_eq!(terminal.ended().await.unwrap(), NOT_LINKED);
    terminal
        .shows("The code was wrong too often. Nothing was stored")
        .await
        .unwrap();
    nothing_is_left(&server, guest.id).await;
    assert!(linked(&server).await.contains("No account is linked"));
}

#[tokio::test]
async fn the_account_of_another_person_is_signed_out_again() {
    let server = at_rest().await;
    let (one, other) = (someone(&server, 1).await.id, someone(&server, 2).await.id);
    let mut terminal = login(&server, one, &[]);
    let code = terminal.code_after(None).await.unwrap();
    server.phones.scan(other, &code).await.unwrap();
    assert_eq!(terminal.ended().await.unwrap(), NOT_LINKED);
    let said = format!("That was another account than that of {one}");
    terminal.shows(&said).await.unwrap();
    fits(&terminal);
    nothing_is_left(&server, one).await;
    nothing_is_left(&server, other).await;
    assert!(linked(&server).await.contains("No account is linked"));
}

/// Where someone presses Ctrl-C.
#[derive(Clone, Copy, Debug)]
enum Point {
    Code,
    Number,
    SentCode,
    Password,
}

/// Brings a login to a point.
async fn bring(server: &TestServer, point: Point) -> (Terminal, i64) {
    let guest = someone(server, 2).await;
    let (person, number) = (guest.id, format!("+{}", guest.phone));
    server
        .phones
        .set_password(person, PASSWORD, "")
        .await
        .unwrap();
    let terminal = match point {
        Point::Code | Point::Password => login(server, person, &[]),
        Point::Number => login(server, person, &["--phone"]),
        Point::SentCode => login(server, person, &["--phone", &number]),
    };
    match point {
        Point::Code => drop(terminal.code_after(None).await.unwrap()),
        Point::Number => terminal.shows("Phone number:").await.unwrap(),
        Point::SentCode => terminal.shows("Code:").await.unwrap(),
        Point::Password => {
            let code = terminal.code_after(None).await.unwrap();
            server.phones.scan(person, &code).await.unwrap();
            terminal.shows("Cloud password:").await.unwrap();
        }
    }
    (terminal, person)
}

#[rstest]
#[case::at_the_code(Point::Code)]
#[case::at_the_number(Point::Number)]
#[case::at_the_code_that_was_sent(Point::SentCode)]
#[case::at_the_password(Point::Password)]
#[tokio::test]
async fn ctrl_c_leaves_nothing_at_telegram(#[case] point: Point) {
    let server = at_rest().await;
    let (mut terminal, person) = bring(&server, point).await;
    terminal.interrupt().unwrap();
    assert_eq!(
        terminal.ended().await.unwrap(),
        INTERRUPTED,
        "{}",
        terminal.screen()
    );
    terminal
        .shows("nothing of the login is left at Telegram")
        .await
        .unwrap();
    assert_eq!(terminal.code(), None);
    assert!(terminal.echoes(), "{point:?}");
    fits(&terminal);
    nothing_is_left(&server, person).await;
    assert!(linked(&server).await.contains("No account is linked"));
}

/// From outside, or because the window was closed, while a question reads the keys.
#[rstest]
#[case::ended("TERM", TERMINATED)]
#[case::closed("HUP", HUNG_UP)]
#[tokio::test]
async fn a_signal_leaves_the_terminal_as_it_was(#[case] signal: &str, #[case] code: u32) {
    let server = at_rest().await;
    let (mut terminal, person) = bring(&server, Point::Password).await;
    assert!(!terminal.echoes());
    terminal.signal(signal).unwrap();
    assert_eq!(terminal.ended().await.unwrap(), code);
    assert!(terminal.echoes());
    nothing_is_left(&server, person).await;
}

#[tokio::test]
async fn what_a_killed_process_leaves_the_next_one_ends() {
    let server = at_rest().await;
    let (mut terminal, person) = bring(&server, Point::Password).await;
    terminal.signal("KILL").unwrap();
    terminal.ended().await.unwrap();
    assert!(keys_of(&server, person).await > 0);
    let mut next = login(&server, person, &["--phone"]);
    next.shows("Phone number:").await.unwrap();
    next.interrupt().unwrap();
    assert_eq!(next.ended().await.unwrap(), INTERRUPTED);
    nothing_is_left(&server, person).await;
}

#[tokio::test]
async fn beside_a_node_without_redis_it_is_refused() {
    let mut server = at_rest().await;
    server.start().await.unwrap();
    let mut terminal = login(&server, 7, &[]);
    assert_eq!(terminal.ended().await.unwrap(), STORAGE);
    let said = "another node works on this database";
    terminal.shows(said).await.unwrap();
    fits(&terminal);
}

#[tokio::test]
async fn beside_a_node_it_works_with_redis() {
    let redis = Redis::start().await.unwrap();
    let settings = |sesame: Program| sesame.set("REDIS_URL", redis.url()).set("LOG", "warn");
    let sandbox = |sandbox: Program| sandbox.args(["--token-life", "5"]);
    let server = TestServer::open_with(BINARY, sandbox, settings)
        .await
        .unwrap();
    let Guest { person, app } = server.guest(2).await.unwrap();
    // What was begun in the Mini App ends.
    let former = app.begin().await.unwrap();
    app.code(&former).await.unwrap();
    let mut terminal = login(
        &server,
        person.id,
        &["--phone", &format!("+{}", person.phone)],
    );
    terminal.shows("Code:").await.unwrap();
    app.reaches(&former, &["superseded"]).await.unwrap();
    let code = received(&server, person.id).await;
    terminal.enter(&code).unwrap();
    assert_eq!(
        terminal.ended().await.unwrap(),
        DONE,
        "{}",
        terminal.screen()
    );
    // The node knows of it: it can open the session, and ends it.
    server.phones.hears(person.id, "linked").await.unwrap();
    assert_eq!(app.accounts().await.unwrap().len(), 1);
    server.unlink(&Guest { person, app }).await.unwrap();
}

/// The login is the same one there: whoever answers is heard, wherever.
#[tokio::test]
async fn what_is_answered_in_the_mini_app_is_asked_no_more() {
    let redis = Redis::start().await.unwrap();
    let settings = |sesame: Program| sesame.set("REDIS_URL", redis.url()).set("LOG", "off");
    let server = TestServer::open_with(BINARY, |sandbox| sandbox, settings);
    let server = server.await.unwrap();
    let Guest { person, app } = server.guest(1).await.unwrap();
    let mut terminal = login(&server, person.id, &["--phone"]);
    terminal.shows("Phone number:").await.unwrap();
    let id = app.begin_by_phone().await.unwrap();
    let number = format!("+{}", person.phone);
    app.answer(&id, "number", &number).await.unwrap();
    terminal.shows("This was answered elsewhere").await.unwrap();
    terminal.press("\x1b").unwrap();
    terminal.shows("Code:").await.unwrap();
    let code = received(&server, person.id).await;
    terminal.enter(&code).unwrap();
    assert_eq!(
        terminal.ended().await.unwrap(),
        DONE,
        "{}",
        terminal.screen()
    );
    app.reaches(&id, &["authorized"]).await.unwrap();
}

#[tokio::test]
async fn without_a_terminal_it_says_so_and_does_nothing() {
    let server = at_rest().await;
    for arguments in [
        &[][..],
        &["--qr"],
        &["--phone"],
        &["--phone", "+4930901820"],
    ] {
        let said = command(&server, 7, arguments).run().await.unwrap();
        let code = i32::try_from(WRONG_ARGUMENTS).unwrap();
        assert_eq!(said.status.code(), Some(code), "{said:?}");
        assert!(
            said.complained().contains("run it in a terminal"),
            "{said:?}"
        );
        assert!(said.out.is_empty() && !said.err.contains("4930901820"));
    }
}

#[rstest]
#[case::off(&["--as", "7", "--phone"], &[("PHONE_LOGIN", "off")], "PHONE_LOGIN=off")]
#[case::no_one(&[], &[], "with `--as PERSON_ID`")]
#[case::no_operator_of_the_tenant(&[], &[("OPERATORS", "7:owner@harbour")], "with `--as PERSON_ID`")]
#[case::no_number(&["--as", "7", "--phone", "12345"], &[], "not a whole number yet")]
#[case::no_id(&["--as", "ada"], &[], "a Telegram id: digits alone")]
#[case::both(&["--as", "7", "--qr", "--phone"], &[], "cannot be used with")]
#[case::no_tenant(&["--as", "7", "--tenant", "harbour"], &[], "there is no tenant harbour")]
#[tokio::test]
async fn what_cannot_be_done_is_said(
    #[case] arguments: &[&str],
    #[case] settings: &[(&str, &str)],
    #[case] words: &str,
) {
    let server = at_rest().await;
    let all = ["login"].into_iter().chain(arguments.iter().copied());
    let mut program = server.program.instead(all);
    for (name, value) in settings {
        program = program.set(name, *value);
    }
    let mut terminal = Terminal::run(&program).unwrap();
    assert_eq!(
        terminal.ended().await.unwrap(),
        WRONG_ARGUMENTS,
        "{}",
        terminal.screen()
    );
    terminal.shows(words).await.unwrap();
    assert!(
        !terminal.screen().contains("12345"),
        "{}",
        terminal.screen()
    );
    fits(&terminal);
}

#[tokio::test]
async fn an_operator_is_known_by_the_settings() {
    let server = at_rest().await;
    let (one, other) = (someone(&server, 1).await.id, someone(&server, 1).await.id);
    let alone = format!("{one}:owner {other}:viewer@harbour");
    let program = server.program.instead(["login"]).set("OPERATORS", alone);
    let mut terminal = Terminal::run(&program).unwrap();
    terminal
        .shows(&format!("with the account {one}"))
        .await
        .unwrap();
    terminal.interrupt().unwrap();
    assert_eq!(terminal.ended().await.unwrap(), INTERRUPTED);

    // Of several, one is chosen.
    let both = format!("{one}:owner {other}:viewer");
    let program = server.program.instead(["login"]).set("OPERATORS", both);
    let mut terminal = Terminal::run(&program).unwrap();
    terminal.shows("Who are you?").await.unwrap();
    fits(&terminal);
    terminal.press("\x1b[B").unwrap();
    terminal.enter("").unwrap();
    terminal
        .shows(&format!("with the account {other}"))
        .await
        .unwrap();
    let code = terminal.code_after(None).await.unwrap();
    server.phones.scan(other, &code).await.unwrap();
    assert_eq!(
        terminal.ended().await.unwrap(),
        DONE,
        "{}",
        terminal.screen()
    );
    server.devices(other, 1).await.unwrap();
}

#[tokio::test]
async fn a_window_that_is_too_small_says_so_until_it_is_larger() {
    let server = at_rest().await;
    let person = someone(&server, 1).await.id;
    let program = command(&server, person, &[]);
    let mut terminal = Terminal::sized(&program, 12, 60).unwrap();
    terminal.shows("This window is too small").await.unwrap();
    assert_eq!(terminal.code(), None);
    terminal.resize(30, 100).unwrap();
    let code = terminal.code_after(None).await.unwrap();
    server.phones.scan(person, &code).await.unwrap();
    assert_eq!(
        terminal.ended().await.unwrap(),
        DONE,
        "{}",
        terminal.screen()
    );
}

#[tokio::test]
async fn a_telegram_that_does_not_answer_is_told_and_ends_it() {
    let server = at_rest_with(|sesame| sesame.set("QR_TTL_SECONDS", "30")).await;
    let person = someone(&server, 1).await.id;
    for dc in [1, 2] {
        server.phones.refuse(dc).await.unwrap();
    }
    let mut terminal = login(&server, person, &[]);
    terminal.shows("does not answer").await.unwrap();
    terminal.shows("Telegram did not answer").await.unwrap();
    server.phones.heal().await.unwrap();
    assert_eq!(
        terminal.ended().await.unwrap(),
        NOT_LINKED_NOW,
        "{}",
        terminal.screen()
    );
    fits(&terminal);
    nothing_is_left(&server, person).await;
}

#[tokio::test]
async fn a_pause_that_telegram_wants_is_told_with_its_end() {
    let server = at_rest().await;
    let guest = someone(&server, 1).await;
    let phones = &server.phones;
    phones
        .fail("auth.sendCode", 420, "FLOOD_WAIT_3600", 1)
        .await
        .unwrap();
    let mut terminal = login(
        &server,
        guest.id,
        &["--phone", &format!("+{}", guest.phone)],
    );
    assert_eq!(
        terminal.ended().await.unwrap(),
        NOT_LINKED_NOW,
        "{}",
        terminal.screen()
    );
    terminal.shows("You can try again in 1 h").await.unwrap();
    nothing_is_left(&server, guest.id).await;
}

#[tokio::test]
async fn the_budget_of_the_day_is_that_of_the_mini_app() {
    let server = at_rest_with(|sesame| sesame.set("LOGINS_PER_DAY", "1")).await;
    let (mut terminal, person) = bring(&server, Point::Number).await;
    terminal.interrupt().unwrap();
    assert_eq!(terminal.ended().await.unwrap(), INTERRUPTED);
    let mut terminal = login(&server, person, &[]);
    assert_eq!(terminal.ended().await.unwrap(), NOT_LINKED_NOW);
    terminal.shows("Enough tries for now").await.unwrap();
    terminal.shows("You can try again in").await.unwrap();
}
