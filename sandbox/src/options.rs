//! How a sandbox begins.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use crate::bots::{BotOptions, Rules};
use crate::world::{NewPerson, WorldOptions};

/// Someone who has an account from the start.
#[derive(Clone)]
pub struct Newcomer {
    /// Who it is.
    pub person: NewPerson,
    /// The cloud password and its hint.
    pub password: Option<(String, Option<String>)>,
}

impl fmt::Debug for Newcomer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Newcomer")
            .field("first_name", &self.person.first_name)
            .field("password", &self.password.is_some())
            .finish_non_exhaustive()
    }
}

impl Newcomer {
    fn new(first_name: &str, username: &str, language: &str, home_dc: i32) -> Self {
        Self {
            person: NewPerson {
                id: None,
                first_name: first_name.to_owned(),
                last_name: None,
                username: Some(username.to_owned()),
                phone: None,
                language: Some(language.to_owned()),
                home_dc: Some(home_dc),
            },
            password: None,
        }
    }
}

/// How a sandbox begins.
#[derive(Clone, Debug)]
pub struct SandboxOptions {
    /// Where the page, the control interface and the Bot API listen; port 0
    /// means any free one.
    pub listen: SocketAddr,
    /// Where the data centres listen, numbered from 1; port 0 means any free
    /// one, and with `data` the one of the last time.
    pub dc_listen: Vec<SocketAddr>,
    /// Where the CDN listens, if there is to be one; port 0 means any free one.
    pub cdn_listen: Option<SocketAddr>,
    /// Where people, passwords, chats and files are kept; nowhere if absent.
    pub data: Option<PathBuf>,
    /// Who has an account from the start, unless `data` knows already.
    pub people: Vec<Newcomer>,
    /// Whether these people have chats with each other from the start, and pictures.
    pub furnished: bool,
    /// Whether there are also channels that they read, which post by themselves.
    pub posting: bool,
    /// The first bot, unless `data` knows it already.
    pub bot: BotOptions,
    /// The limits of all bots.
    pub rules: Rules,
    /// The registered app and the lives of tokens and codes.
    pub world: WorldOptions,
}

impl Default for SandboxOptions {
    fn default() -> Self {
        let loopback = IpAddr::V4(Ipv4Addr::LOCALHOST);
        Self {
            listen: SocketAddr::new(loopback, 0),
            dc_listen: vec![SocketAddr::new(loopback, 0); 2],
            cdn_listen: Some(SocketAddr::new(loopback, 0)),
            data: None,
            people: first_people(),
            furnished: true,
            posting: false,
            bot: BotOptions::default(),
            rules: Rules::default(),
            world: WorldOptions::default(),
        }
    }
}

/// Four people who differ in what matters: language, data centre, password.
fn first_people() -> Vec<Newcomer> {
    let mut bob = Newcomer::new("Bob", "bob_sandbox", "en", 2);
    bob.password = Some(("sesame".to_owned(), Some("the magic word".to_owned())));
    vec![
        Newcomer::new("Alice", "alice_sandbox", "en", 1),
        bob,
        Newcomer::new("Маша", "masha_sandbox", "ru", 1),
        Newcomer::new("João", "joao_sandbox", "pt-br", 1),
    ]
}
