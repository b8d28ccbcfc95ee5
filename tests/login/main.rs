//! `sesame login` in a terminal: what whoever sits before it sees and types, and what
//! is left at Telegram.

#![allow(clippy::unwrap_used, reason = "a test ends when something is missing")]

mod beside;
mod leaving;
mod linking;
mod refused;
mod telegram;

use std::time::Duration;

use reqwest::Method;
use serde_json::Value;
use sesame_test_support::phone::{NewPerson, Person};
use sesame_test_support::sesame::Program;
use sesame_test_support::terminal::Terminal;
use sesame_test_support::test_server::TestServer;
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
