//! What must not be seen is seen nowhere. A program of its own: what is logged
//! by the database's threads is only caught for the whole process.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[allow(dead_code, reason = "made for more tests than this one")]
#[path = "telegram/eventually.rs"]
mod eventually;
#[allow(dead_code, reason = "made for more tests than this one")]
#[path = "telegram/fixture.rs"]
mod fixture;

use std::io;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sesame_domain::login::{Login, Method, Status};
use sesame_domain::ports::{Answer, Begin};
use tracing_subscriber::fmt::MakeWriter;

use fixture::{Fixture, owner};

const PASSWORD: &str = "correct horse battery staple";

/// Keeps what is logged.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl io::Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Kept {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// The ways in which bytes may show up.
fn shapes(secret: &[u8]) -> Vec<Vec<u8>> {
    let listed = format!("{secret:?}");
    let hex = hex::encode(secret);
    vec![
        secret.to_vec(),
        listed.trim_matches(['[', ']']).as_bytes().to_vec(),
        hex.to_uppercase().into_bytes(),
        hex.into_bytes(),
        STANDARD.encode(secret).into_bytes(),
    ]
}

fn contains(place: &[u8], what: &[u8]) -> bool {
    place.windows(what.len()).any(|window| window == what)
}

#[tokio::test]
async fn a_whole_login_leaves_no_secret_in_the_log_or_the_database() {
    let kept = Kept::default();
    // The sandbox is on another side of the wire; what it logs is its own.
    let filter = tracing_subscriber::EnvFilter::new("trace,sesame_sandbox=off");
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(kept.clone())
        .init();
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let ann = fixture.person(2);
    fixture.set_password(&ann, PASSWORD);
    let login = node.begin_and_show(&owner(&ann)).await;
    let link = fixture.link(&login).await;
    fixture.world.scan(ann.id, &link).unwrap();
    let login = node.until_status(&login, Status::PasswordRequired).await;
    node.password(&login, PASSWORD).await;
    node.until_status(&login, Status::Authorized).await;
    let ben = fixture.person(2);
    let by_phone = Begin {
        method: Some(Method::Phone),
        ..Begin::default()
    };
    let second = node.begin_as(&owner(&ben), by_phone).await;
    let number = Answer::Number(format!("+{}", ben.phone).into());
    let submitted = node.logins.submit(&second.owner, second.id, number);
    submitted.await.unwrap();
    let is_asked =
        |login: &Login| login.state.status() == Status::CodeRequired && !login.state.is_checking();
    node.until(&second, is_asked).await;
    let code = fixture.world.codes().of(&ben.phone)[0].clone();
    let typed = Answer::Code(code.code.as_str().into());
    let submitted = node.logins.submit(&second.owner, second.id, typed);
    submitted.await.unwrap();
    node.until_status(&second, Status::Authorized).await;
    let account = node.accounts.linked(&owner(&ann)).await.unwrap().unwrap();
    node.accounts.check(&owner(&ann), account.id).await.unwrap();
    let key = fixture.devices(&ann)[0].key();
    let key = fixture.world.keys().get(key).unwrap();
    node.sessions.shutdown().await;

    let log = kept.0.lock().unwrap().clone();
    assert!(contains(&log, b"sesame"), "nothing was logged at all");
    let mut places = vec![("the log".to_owned(), log)];
    for file in std::fs::read_dir(fixture.folder()).unwrap() {
        let path = file.unwrap().path();
        places.push((path.display().to_string(), std::fs::read(path).unwrap()));
    }
    let token = link.rsplit('=').next().unwrap();
    let api_hash = fixture.world.options().api_hash.clone();
    let mut secrets = vec![
        ("the token".to_owned(), token.as_bytes().to_vec()),
        (
            "the phone number".to_owned(),
            ann.phone.clone().into_bytes(),
        ),
        ("the given number".to_owned(), ben.phone.into_bytes()),
        ("the name of the code".to_owned(), code.hash.into_bytes()),
        ("the api hash".to_owned(), api_hash.into_bytes()),
    ];
    let password = shapes(PASSWORD.as_bytes());
    secrets.extend(
        password
            .into_iter()
            .map(|shape| ("the password".to_owned(), shape)),
    );
    // A part of the key is as bad as the whole.
    let key = shapes(&key.data()[..24]);
    secrets.extend(key.into_iter().map(|shape| ("the key".to_owned(), shape)));
    for (place, bytes) in &places {
        for (name, secret) in &secrets {
            assert!(!contains(bytes, secret), "{name} is in {place}");
        }
    }
}
